'use client';

import { ShieldAlert, ShieldCheck, ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { CopyId, Since, Unknown } from '@/components/ui/values';
import type { OverviewResponse } from '@/lib/api/overview';
import { epochOf, newestZxid, verdictOf, type Verdict } from './verdict';

const looks = {
  calm: { icon: ShieldCheck, box: 'border-line bg-surface', mark: 'text-accent-text' },
  warn: { icon: ShieldAlert, box: 'border-warn bg-warn-soft', mark: 'text-warn-text' },
  danger: { icon: ShieldX, box: 'border-danger bg-danger-soft', mark: 'text-danger-text' },
} as const;

/** Health in one glance: the verdict in words, then the facts it rests on. */
export function VerdictPanel({ overview }: { readonly overview: OverviewResponse }) {
  const t = useTranslations('overview');
  const verdict = verdictOf(overview);
  const { icon: Icon, box, mark } = looks[verdict.tone];
  const words = verdictWords(verdict);
  return (
    <section
      aria-label={t('verdict.label')}
      className={cx('flex flex-wrap items-center gap-x-8 gap-y-3 rounded-base border px-4 py-3', box)}
    >
      <div className="flex min-w-64 grow items-center gap-3" role="status">
        <Icon aria-hidden size={28} strokeWidth={1.75} className={cx('shrink-0', mark)} />
        <div>
          <p className="text-md font-semibold">{t(`verdict.${verdict.kind}`, words)}</p>
          <p className="text-ink-2">{t(`verdict.${verdict.kind}Detail`, words)}</p>
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        {overview.quorum.mode === 'ensemble' ? (
          <EnsembleFacts verdict={verdict} overview={overview} />
        ) : (
          overview.members.length === 1 && <ServerFacts overview={overview} />
        )}
        <Fact name={t('facts.newest')}>
          <NewestZxid overview={overview} />
        </Fact>
      </dl>
    </section>
  );
}

function verdictWords({ voters, votersUp, needed, canLose, heads }: Verdict) {
  return {
    up: String(votersUp),
    voters: String(voters),
    needed: String(needed),
    down: voters - votersUp,
    canLose: canLose ?? 0,
    heads: heads.join(', '),
  };
}

function NewestZxid({ overview }: { readonly overview: OverviewResponse }) {
  const common = useTranslations('common');
  const newest = newestZxid(overview.members.map(({ zxid }) => zxid));
  return newest === null ? <Unknown /> : <CopyId id={newest} what={common('zxid')} />;
}

function EnsembleFacts({
  verdict,
  overview,
}: {
  readonly verdict: Verdict;
  readonly overview: OverviewResponse;
}) {
  const t = useTranslations('overview.facts');
  const { observers, observersUp } = overview.quorum;
  const { leader, voters, votersUp, canLose } = verdict;
  return (
    <>
      <Fact name={t('leader')}>
        {leader === null ? t('none') : <span className="font-mono text-xs">{leader.name}</span>}
      </Fact>
      <Fact name={t('epoch')}>{epochOf(leader?.zxid ?? null) ?? <Unknown />}</Fact>
      <Fact name={t('votersUp')}>{t('ofVoters', { up: String(votersUp), voters: String(voters) })}</Fact>
      {observers !== null && observers > 0 && (
        <Fact name={t('observersUp')}>
          {t('ofVoters', { up: String(observersUp ?? 0), voters: String(observers) })}
        </Fact>
      )}
      <Fact name={t('canLose')}>{canLose ?? <Unknown />}</Fact>
    </>
  );
}

function ServerFacts({ overview }: { readonly overview: OverviewResponse }) {
  const t = useTranslations('overview.facts');
  const [server] = overview.members;
  if (server === undefined) return null;
  return (
    <>
      <Fact name={t('server')}>
        <span className="font-mono text-xs">{server.name}</span>
      </Fact>
      <Fact name={server.up ? t('upSince') : t('downSince')}>
        <Since at={server.since} />
      </Fact>
    </>
  );
}

function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-ink-2">{name}</dt>
      <dd className="tnum flex h-5 items-center font-medium">{children}</dd>
    </div>
  );
}
