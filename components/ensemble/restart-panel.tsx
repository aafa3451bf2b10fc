'use client';

import {
  Check,
  Circle,
  CircleArrowRight,
  Hourglass,
  ListRestart,
  LoaderCircle,
  ShieldAlert,
  ShieldCheck,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Panel, Skeleton } from '@/components/ui/panel';
import { RoleBadge } from '@/components/ui/role-badge';
import { ErrorNote } from '@/components/ui/states';
import { RelativeTime } from '@/components/ui/values';
import type { RestartRefusal, RestartResponse, RestartStep } from '@/lib/api/ensemble';
import { useRestartOrder } from '@/lib/queries/ensemble';
import type { useEnsembleAddress } from './use-ensemble-address';

const looks = {
  ready: { icon: ShieldCheck, color: 'text-accent-text' },
  finished: { icon: ShieldCheck, color: 'text-good-text' },
  hold: { icon: Hourglass, color: 'text-warn-text' },
  refused: { icon: ShieldAlert, color: 'text-danger-text' },
} as const;

/** In which order to restart members, and whether the next may be now; ticks off those that were. */
export function RestartPanel(props: {
  readonly cluster: string;
  readonly address: ReturnType<typeof useEnsembleAddress>;
}) {
  const { cluster, address } = props;
  const t = useTranslations('ensemble.restart');
  const { data, error } = useRestartOrder(cluster, address.since);
  const begun = address.since !== null;
  return (
    <Panel
      flush
      title={t('title')}
      note={begun && address.since !== null ? <Begun at={address.since} /> : undefined}
      actions={
        data !== undefined &&
        data.steps.length > 0 && (
          <Button
            icon={ListRestart}
            title={t('beginHint')}
            onClick={() => address.setSince(begun ? null : data.at)}
          >
            {begun ? t('end') : t('begin')}
          </Button>
        )
      }
    >
      {error !== null && <ErrorNote error={error} />}
      {data === undefined ? error === null && <Skeleton className="m-3 h-24" /> : <Advice advice={data} />}
    </Panel>
  );
}

function Begun({ at }: { readonly at: number }) {
  const t = useTranslations('ensemble.restart');
  return (
    <>
      {t('begun')} <RelativeTime at={at} />
    </>
  );
}

function Advice({ advice }: { readonly advice: RestartResponse }) {
  const t = useTranslations('ensemble.restart');
  const { icon: Icon, color } = looks[advice.state];
  const next = advice.steps.find(({ state }) => state === 'next' || state === 'restarting');
  return (
    <>
      <div role="status" className="flex items-start gap-2.5 px-3 py-2">
        <Icon aria-hidden size={18} className={cx('mt-px shrink-0', color)} />
        <div>
          <p className="font-medium">{t(advice.state, { member: next?.member ?? '' })}</p>
          <ul className="text-xs text-ink-2">
            {advice.refusals.map((refusal) => (
              <li key={refusal.why}>
                <Refusal refusal={refusal} />
              </li>
            ))}
          </ul>
        </div>
      </div>
      {advice.steps.length > 0 && (
        <ol aria-label={t('order')} className="border-t border-line py-1">
          {advice.steps.map((step) => (
            <Step key={step.member} step={step} refused={advice.state === 'refused'} />
          ))}
        </ol>
      )}
    </>
  );
}

function Refusal({ refusal }: { readonly refusal: RestartRefusal }) {
  const t = useTranslations('ensemble.restart.why');
  const seconds = Math.ceil((refusal.waitMs ?? 0) / 1000);
  return t(refusal.why, { members: refusal.members.join(', '), seconds: String(seconds) });
}

const marks = {
  done: { icon: Check, color: 'text-good-text' },
  restarting: { icon: LoaderCircle, color: 'text-warn-text' },
  next: { icon: CircleArrowRight, color: 'text-accent-text' },
  waiting: { icon: Circle, color: 'text-ink-3' },
} as const;

function Step({ step, refused }: { readonly step: RestartStep; readonly refused: boolean }) {
  const t = useTranslations('ensemble.restart.states');
  // Nobody is next while none may be restarted.
  const state = refused && step.state === 'next' ? 'waiting' : step.state;
  const { icon: Icon, color } = marks[state];
  return (
    <li className="flex min-h-7 flex-wrap items-center gap-x-2.5 px-3">
      <Icon aria-hidden size={14} className={cx('shrink-0', color)} />
      <span className="font-mono text-xs break-all">{step.member}</span>
      <RoleBadge role={step.role} className="text-xs" />
      <span className="ml-auto text-xs text-ink-2">
        {t(state)} {step.doneAt !== null && <RelativeTime at={step.doneAt} />}
      </span>
    </li>
  );
}
