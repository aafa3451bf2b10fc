'use client';

import { useRef, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/input';
import { ErrorNote } from '@/components/ui/states';
import { useDigest } from '@/lib/queries/znodes';

export interface DigestDialogProps {
  readonly cluster: string;
  readonly onClose: () => void;
  readonly onUse: (id: string) => void;
}

/** Turns a user and a password into the id that the digest scheme stores. */
export function DigestDialog({ cluster, onClose, onUse }: DigestDialogProps) {
  const t = useTranslations('acl.digest');
  const common = useTranslations('common');
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const first = useRef<HTMLInputElement>(null);
  const digest = useDigest(cluster);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    digest.mutate({ user, password }, { onSuccess: ({ id }) => onUse(id) });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title={t('title')}
      description={t('description')}
      initialFocus={first}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button
            type="submit"
            form="digest"
            tone="primary"
            busy={digest.isPending}
            disabled={user === '' || user.includes(':')}
          >
            {t('compute')}
          </Button>
        </>
      }
    >
      <form id="digest" onSubmit={submit} className="flex flex-col gap-3">
        <Field label={t('user')}>
          <Input ref={first} mono value={user} onChange={(event) => setUser(event.target.value)} />
        </Field>
        <Field label={t('password')}>
          <Input
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {digest.error !== null && <ErrorNote error={digest.error} />}
      </form>
    </Dialog>
  );
}
