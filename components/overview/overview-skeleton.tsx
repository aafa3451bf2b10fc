import { Skeleton } from '@/components/ui/panel';

/** The size of what comes: verdict, members, two columns. */
export function OverviewSkeleton() {
  return (
    <div role="status" aria-busy className="flex flex-col gap-3">
      <Skeleton className="h-19" />
      <Skeleton className="h-64" />
      <div className="grid gap-3 lg:grid-cols-2">
        <Skeleton className="h-48" />
        <Skeleton className="h-48" />
      </div>
    </div>
  );
}
