import { Skeleton } from '@/components/ui/panel';
import { chartSpecs } from './shape';

export function ChartsSkeleton() {
  return (
    <div role="status" aria-busy className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
      {chartSpecs.slice(0, 9).map(({ id }) => (
        <Skeleton key={id} className="h-[198px]" />
      ))}
    </div>
  );
}
