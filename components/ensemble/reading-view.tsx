'use client';

import { ReadingNotes } from '@/components/ui/reading-notes';
import type { EnsembleReading } from '@/lib/api/ensemble';
import { BalancePanel } from './balance-panel';
import { DigestPanel } from './digest-panel';
import { DriftPanel } from './drift-panel';
import { FindingList } from './finding-list';
import { PacePanel } from './pace-panel';
import type { useEnsembleAddress } from './use-ensemble-address';

/** What the members told, loudest first. */
export function ReadingView(props: {
  readonly cluster: string;
  readonly reading: EnsembleReading;
  readonly address: ReturnType<typeof useEnsembleAddress>;
}) {
  const { cluster, reading, address } = props;
  return (
    <>
      <ReadingNotes sources={reading.sources} />
      <div className="grid items-start gap-3 lg:grid-cols-2">
        <DigestPanel digests={reading.digests} />
        <FindingList
          findings={reading.findings}
          unjudged={reading.unjudged}
          members={reading.members.length}
        />
      </div>
      <PacePanel pace={reading.pace} />
      <BalancePanel cluster={cluster} balance={reading.balance} />
      <DriftPanel members={reading.members} rows={reading.drift} address={address} />
    </>
  );
}
