import { Home } from '@/components/layout/home';

export default function HomePage() {
  return <Home />;
}
