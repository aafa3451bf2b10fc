'use client';

import { CircleCheck, CircleHelp, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/cx';
import { CopyLine } from '@/components/ui/values';
import type { ReconfigRequest, ReconfigResponse } from '@/lib/api/reconfig';
import { commandOf, planOf, type Votes } from './plan';

/** What the change does to the quorum, whether one would remain, and the same as a command. */
export function PlanView(props: { readonly config: ReconfigResponse; readonly request: ReconfigRequest }) {
  const { config, request } = props;
  const t = useTranslations('reconfig');
  const plan = planOf(config, request);
  const votes = ({ quorum, voters }: Votes) => t('votes', { quorum: String(quorum), voters: String(voters) });
  const names = (ids: readonly string[]) => ids.map((id) => `server.${id}`).join(', ');
  const lost = ({ voters, quorum }: Votes) => voters - quorum;
  return (
    <section className="flex flex-col gap-2 rounded-base bg-sunken px-3 py-2 text-sm">
      <h3 className="text-xs font-medium text-ink-2">{t('plan')}</h3>
      <p className="tnum font-medium">
        {t('quorum', { before: votes(plan.before), after: votes(plan.after) })}
      </p>
      <ul className="flex flex-col gap-1">
        {plan.tooFew && <Check tone="warn">{t('tooFew')}</Check>}
        {plan.holds === true && <Check tone="good">{t('holds', { up: plan.up.length })}</Check>}
        {plan.holds === false && (
          <Check tone="warn">
            {t('holdsNot', { up: String(plan.up.length), quorum: String(plan.after.quorum) })}
          </Check>
        )}
        {plan.holds === null && (
          <Check tone="unknown">{t('holdsUnknown', { members: names(plan.unseen) })}</Check>
        )}
        {plan.down.length > 0 && <Check tone="warn">{t('down', { members: names(plan.down) })}</Check>}
        {plan.unseen.length > 0 && plan.holds === true && (
          <Check tone="unknown">{t('unseen', { members: names(plan.unseen) })}</Check>
        )}
        <Check tone={lost(plan.after) < lost(plan.before) ? 'warn' : 'good'}>
          {t('losable', { before: String(lost(plan.before)), after: String(lost(plan.after)) })}
        </Check>
        {plan.evenVoters && <Check tone="unknown">{t('even')}</Check>}
        {plan.leaderGoes && <Check tone="warn">{t('leaderGoes')}</Check>}
      </ul>
      <div className="text-xs text-ink-2">
        <p>{t('command')}</p>
        <CopyLine line={commandOf(request)} what={t('commandName')} />
      </div>
    </section>
  );
}

const looks: Record<'good' | 'warn' | 'unknown', { readonly icon: LucideIcon; readonly color: string }> = {
  good: { icon: CircleCheck, color: 'text-good-text' },
  warn: { icon: TriangleAlert, color: 'text-warn-text' },
  unknown: { icon: CircleHelp, color: 'text-ink-3' },
};

function Check({ tone, children }: { readonly tone: keyof typeof looks; readonly children: ReactNode }) {
  const { icon: Icon, color } = looks[tone];
  return (
    <li className="flex gap-2">
      <Icon aria-hidden size={14} className={cx('mt-0.5 shrink-0', color)} />
      <span>{children}</span>
    </li>
  );
}
