'use client';

import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  KeyRound,
  LoaderCircle,
  Lock,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { useNow } from '@/components/ui/now';
import { Popover } from '@/components/ui/popover';
import { CopyId, Duration, RelativeTime } from '@/components/ui/values';
import type { ClusterView, SessionState, SessionView } from '@/lib/api/clusters';

const looks: Record<SessionState | 'offline', { readonly icon: LucideIcon; readonly color: string }> = {
  connected: { icon: CircleCheck, color: '' },
  connecting: { icon: CircleDashed, color: '' },
  readOnly: { icon: Lock, color: '!text-warn-text' },
  disconnected: { icon: LoaderCircle, color: '!text-danger-text' },
  authFailed: { icon: KeyRound, color: '!text-danger-text' },
  idle: { icon: CirclePause, color: '' },
  offline: { icon: Unplug, color: '!text-danger-text' },
};

export interface SessionStatusProps {
  readonly cluster: ClusterView;
  /** The console itself does not answer; what is known of the session is old. */
  readonly offline: boolean;
}

/** The console's own session, always in words; a press tells the rest. */
export function SessionStatus({ cluster, offline }: SessionStatusProps) {
  const t = useTranslations('frame.session');
  const { session } = cluster;
  const state = offline ? 'offline' : session.state;
  const { icon: Icon, color } = looks[state];
  return (
    <Popover
      align="end"
      title={t('label')}
      trigger={
        <Button tone="quiet" className={cx('!px-2', color)}>
          <Icon aria-hidden size={14} />
          <span role="status">{t(state)}</span>
          {state === 'disconnected' && <NextAttempt at={session.nextAttemptAt} />}
        </Button>
      }
    >
      <SessionFacts cluster={cluster} session={session} />
    </Popover>
  );
}

function NextAttempt({ at }: { readonly at: number | null }) {
  const t = useTranslations('frame.session');
  const now = useNow();
  if (at === null) return null;
  const seconds = Math.ceil((at - now) / 1000);
  return (
    <span className="tnum hidden font-normal text-ink-2 md:inline">
      {seconds > 0 ? t('nextAttempt', { seconds: String(seconds) }) : t('attemptNow')}
    </span>
  );
}

function SessionFacts({
  cluster,
  session,
}: {
  readonly cluster: ClusterView;
  readonly session: SessionView;
}) {
  const t = useTranslations('frame.session');
  const common = useTranslations('common');
  const note =
    session.state === 'readOnly'
      ? t('readOnlyNote')
      : session.state === 'authFailed'
        ? t('authFailedNote')
        : session.state === 'idle'
          ? t('idleNote')
          : null;
  return (
    <>
      {note !== null && <p className="mb-2 text-sm text-ink-2">{note}</p>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {session.fault !== null && <Fact name={t('fault')}>{session.fault}</Fact>}
        <Fact name={t('member')}>
          {session.member === null ? '–' : <span className="font-mono text-xs">{session.member}</span>}
        </Fact>
        {session.sessionId !== null && (
          <Fact name={t('sessionId')}>
            <CopyId id={session.sessionId} what={common('sessionId')} />
          </Fact>
        )}
        {session.timeoutMs !== null && (
          <Fact name={t('timeout')}>
            <Duration ms={session.timeoutMs} />
          </Fact>
        )}
        <Fact name={t('since')}>
          <RelativeTime at={session.since} />
        </Fact>
        <Fact name={t('zxid')}>
          <CopyId id={session.zxid} what={common('zxid')} />
        </Fact>
        {cluster.authSchemes.length > 0 && (
          <Fact name={t(session.member === null ? 'auth' : 'authenticated')}>
            {cluster.authSchemes.map((scheme) => schemeText(scheme, cluster.saslUser)).join(', ')}
          </Fact>
        )}
      </dl>
    </>
  );
}

/** `sasl (bob)`: a user name is no secret, other schemes are named alone. */
function schemeText(scheme: string, saslUser: string | null): string {
  return scheme === 'sasl' && saslUser !== null ? `${scheme} (${saslUser})` : scheme;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
