import { HomeBar } from '@/components/layout/home-bar';
import { Missing } from '@/components/layout/missing';

export default function NotFound() {
  return (
    <>
      <HomeBar />
      <main>
        <Missing />
      </main>
    </>
  );
}
