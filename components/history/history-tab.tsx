'use client';

import { useState } from 'react';
import { ChangeDialog } from './change-dialog';
import { ChangeList } from './change-list';

export interface HistoryTabProps {
  readonly cluster: string;
  readonly path: string;
  readonly onGo: (path: string) => void;
}

/** What this console changed at one znode. */
export function HistoryTab({ cluster, path, onGo }: HistoryTabProps) {
  const [shown, setShown] = useState<number | null>(null);
  return (
    <div className="h-full overflow-auto">
      <ChangeList cluster={cluster} filter={{ path }} withPath={false} onOpen={setShown} />
      {shown !== null && (
        <ChangeDialog
          key={shown}
          cluster={cluster}
          id={shown}
          onClose={() => setShown(null)}
          onGo={(at) => {
            setShown(null);
            onGo(at);
          }}
          onRestore={null}
          onJob={() => setShown(null)}
        />
      )}
    </div>
  );
}
