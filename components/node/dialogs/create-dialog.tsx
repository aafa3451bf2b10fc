'use client';

import { useDeferredValue, useRef, useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useDisplay } from '@/components/ui/display';
import { formatNumber } from '@/components/ui/format';
import { Field, Input, Textarea } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { ReasonField, reasonMissing } from '@/components/ui/reason-field';
import { Select } from '@/components/ui/select';
import { ErrorNote } from '@/components/ui/states';
import { Switch } from '@/components/ui/switch';
import { useToast } from '@/components/ui/toast';
import { CopyLine } from '@/components/ui/values';
import { presetNames, type PresetName } from '@/lib/api/acl-rules';
import type { ClusterView } from '@/lib/api/clusters';
import { createModes, type CreateMode } from '@/lib/queries/create-modes';
import { parentPath, pathFault } from '@/lib/protocol/path';
import { useCreateModes, useCreateNode, useMissingParents } from '@/lib/queries/znodes';
import {
  createFaults,
  dataNotations,
  emptyForm,
  hasTtl,
  isEphemeral,
  isSequential,
  isValid,
  requestOf,
  targetPath,
  ttlMax,
  ttlUnits,
  type CreateForm,
  type DataNotation,
  type TtlUnit,
} from './create-form';
import { UnknownCreate } from './unknown-create';

export interface CreateDialogProps {
  readonly cluster: ClusterView;
  readonly parent: string;
  /** A name to begin with, where a missing node is to be created. */
  readonly name?: string;
  readonly onClose: () => void;
  readonly onCreated: (path: string) => void;
}

/** The form of a new znode; it is made anew each time it opens. */
export function CreateDialog({ cluster, parent, name, onClose, onCreated }: CreateDialogProps) {
  const t = useTranslations('node.create');
  const common = useTranslations('common');
  const toast = useToast();
  const [form, setForm] = useState<CreateForm>({ ...emptyForm, name: name ?? '' });
  const [tried, setTried] = useState(false);
  const [reason, setReason] = useState('');
  const nameInput = useRef<HTMLInputElement>(null);
  const create = useCreateNode(cluster.id);
  const faults = createFaults(parent, form);
  const lacking = useLacking(cluster.id, parent, form);
  const [withParents, setWithParents] = useState(false);
  const nearest = lacking[0] === undefined ? parent : parentPath(lacking[0]);
  const blocked = reasonMissing(cluster.requireReason, reason) || (lacking.length > 0 && !withParents);
  const set = (change: Partial<CreateForm>): void => setForm((now) => ({ ...now, ...change }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isValid(faults)) return nameInput.current?.focus();
    create.mutate(
      { ...requestOf(parent, form, withParents && lacking.length > 0), reason },
      {
        onSuccess: ({ path }) => {
          onClose();
          toast({ tone: 'good', title: t('created', { path }) });
          onCreated(path);
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !create.isPending && onClose()}
      title={t('title', { path: parent })}
      initialFocus={nameInput}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="create-node" tone="primary" busy={create.isPending} disabled={blocked}>
            {t('submit')}
          </Button>
        </>
      }
    >
      <form id="create-node" onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={t('name')}
          help={t('nameHelp')}
          error={tried && faults.name !== null ? <NameFault fault={faults.name} /> : undefined}
        >
          <Input
            ref={nameInput}
            mono
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        {lacking.length > 0 && (
          <LackingParents
            {...{ paths: lacking, preset: form.preset, checked: withParents }}
            onChange={setWithParents}
          />
        )}
        <ModeField cluster={cluster} parent={nearest} form={form} set={set} ttlFault={tried && faults.ttl} />
        <DataField form={form} set={set} faults={faults.data} />
        <AclField cluster={cluster} preset={form.preset} onChange={(preset) => set({ preset })} />
        <ReasonField required={cluster.requireReason} value={reason} onChange={setReason} />
        <ResultLine parent={parent} form={form} />
        {create.error !== null && (
          <>
            <ErrorNote error={create.error} subject={targetPath(parent, form)} />
            <UnknownCreate error={create.error} cluster={cluster.id} path={targetPath(parent, form)} />
          </>
        )}
      </form>
    </Dialog>
  );
}

/** The parents that the znode would lack; none while its path is not one yet. */
function useLacking(cluster: string, parent: string, form: CreateForm): readonly string[] {
  const path = useDeferredValue(targetPath(parent, form));
  const isPath = form.name !== '' && pathFault(path) === null;
  return useMissingParents(cluster, isPath ? path : null).data?.missing ?? [];
}

interface LackingParentsProps {
  readonly paths: readonly string[];
  readonly preset: PresetName;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Which znodes would be made on the way, and how; nothing is made unless it is agreed to. */
function LackingParents({ paths, preset, checked, onChange }: LackingParentsProps) {
  const t = useTranslations('node.create');
  return (
    <div className="flex flex-col gap-1.5 rounded-base bg-warn-soft px-3 py-2">
      <p role="status" className="text-sm text-warn-text">
        {t('lacking', { count: paths.length })}
      </p>
      <ul className="flex flex-col font-mono text-xs">
        {paths.map((path) => (
          <li key={path} className="wrap-anywhere">
            {path}
          </li>
        ))}
      </ul>
      <Switch checked={checked} onChange={onChange}>
        {t('withParents')}
      </Switch>
      <p className="text-xs text-ink-2">{t('parentsHow', { acl: t(`aclPresets.${preset}`) })}</p>
    </div>
  );
}

function NameFault({ fault }: { readonly fault: 'empty' | 'path' }) {
  const t = useTranslations('node.create');
  const errors = useTranslations('errors.BAD_PATH');
  return fault === 'empty' ? t('nameEmpty') : errors('next');
}

interface PartProps {
  readonly form: CreateForm;
  readonly set: (change: Partial<CreateForm>) => void;
}

function ModeField(
  props: PartProps & { readonly cluster: ClusterView; readonly parent: string; readonly ttlFault: boolean },
) {
  const { form, set, cluster, parent } = props;
  const t = useTranslations('node.create');
  const common = useTranslations('common');
  const modes = useCreateModes(cluster.id, parent, true);
  const known = new Map(modes.data?.modes.map((entry) => [entry.mode, entry]));
  const missing = modes.data?.modes.filter((entry) => !entry.supported) ?? [];
  return (
    <div className="flex flex-col gap-2">
      <Field label={t('mode')} help={t(`help.${form.mode}`)}>
        <Select<CreateMode>
          value={form.mode}
          onChange={(mode) => set({ mode })}
          options={createModes.map((mode) => ({
            value: mode,
            label: t(`modes.${mode}`),
            disabled: known.get(mode)?.supported === false,
          }))}
        />
      </Field>
      {modes.error !== null && <ErrorNote error={modes.error} />}
      {[...new Set(missing.map((entry) => entry.enableWith))].map((line) => (
        <p key={line ?? ''} className="text-xs text-ink-2">
          {missing
            .filter((entry) => entry.enableWith === line)
            .map((entry) => t(`modes.${entry.mode}`))
            .join(' · ')}
          {': '}
          {line === null ? t('unsupportedNoLine') : t('unsupported')}{' '}
          {line !== null && <CopyLine line={line} what={common('configLine')} />}
        </p>
      ))}
      {isEphemeral(form.mode) && (
        <p className="rounded-base bg-warn-soft px-3 py-2 text-sm text-warn-text">
          {t('ephemeralWarning', { session: cluster.session.sessionId ?? '–' })}
        </p>
      )}
      {hasTtl(form.mode) && <TtlField form={form} set={set} fault={props.ttlFault} />}
    </div>
  );
}

/** How long it lives: a whole number of a unit, with the most that the protocol can say of it. */
function TtlField({ form, set, fault }: PartProps & { readonly fault: boolean }) {
  const t = useTranslations('node.create');
  const units = useTranslations('node.create.ttlUnits');
  const { locale } = useDisplay();
  const bounds = { max: formatNumber(ttlMax(form.ttlUnit), locale), unit: units(form.ttlUnit) };
  return (
    <div className="flex items-start gap-2">
      <Field
        label={t('ttl')}
        help={t('ttlHelp', bounds)}
        error={fault ? t('ttlFault', bounds) : undefined}
        className="min-w-0 grow"
      >
        <Input inputMode="numeric" value={form.ttl} onChange={(event) => set({ ttl: event.target.value })} />
      </Field>
      <Field label={t('ttlUnit')} className="w-36 shrink-0">
        <Select<TtlUnit>
          value={form.ttlUnit}
          onChange={(ttlUnit) => set({ ttlUnit })}
          options={ttlUnits.map((unit) => ({ value: unit, label: units(unit) }))}
        />
      </Field>
    </div>
  );
}

function DataField({
  form,
  set,
  faults,
}: PartProps & { readonly faults: ReturnType<typeof createFaults>['data'] }) {
  const t = useTranslations('node.create');
  const value = useTranslations('node.value');
  const labels = { null: t('dataNull'), text: t('dataText'), hex: t('dataHex'), base64: t('dataBase64') };
  const at = faults === null ? '' : String(faults.at + 1);
  return (
    <div className="flex flex-col gap-1.5">
      <p className="text-xs font-medium text-ink-2">{t('dataAs')}</p>
      <Segmented<DataNotation>
        label={t('dataAs')}
        value={form.notation}
        onChange={(notation) => set({ notation })}
        options={dataNotations.map((notation) => ({ value: notation, label: labels[notation] }))}
        className="self-start"
      />
      {form.notation !== 'null' && (
        <Field
          label={t('data')}
          error={
            faults === null
              ? undefined
              : faults.notation === 'hex'
                ? value('hexFault', { at })
                : value('base64Fault', { at })
          }
        >
          <Textarea mono rows={5} value={form.data} onChange={(event) => set({ data: event.target.value })} />
        </Field>
      )}
    </div>
  );
}

function AclField(props: {
  readonly cluster: ClusterView;
  readonly preset: PresetName;
  readonly onChange: (preset: PresetName) => void;
}) {
  const t = useTranslations('node.create');
  const { authSchemes } = props.cluster;
  const needsAuth = props.preset === 'creatorAll' || props.preset === 'creatorAllWorldRead';
  const help = !needsAuth
    ? undefined
    : authSchemes.length === 0
      ? t('aclAuthNone')
      : t('aclAuth', { schemes: authSchemes.join(', ') });
  return (
    <Field label={t('acl')} help={help}>
      <Select<PresetName>
        value={props.preset}
        onChange={props.onChange}
        options={presetNames.map((preset) => ({ value: preset, label: t(`aclPresets.${preset}`) }))}
      />
    </Field>
  );
}

function ResultLine({ parent, form }: { readonly parent: string; readonly form: CreateForm }) {
  const t = useTranslations('node.create');
  const sequential = isSequential(form.mode);
  return (
    <p className="text-xs text-ink-2" role="status">
      {t('result')}{' '}
      <span className="font-mono break-all text-ink">
        {targetPath(parent, form)}
        {sequential && <span className="text-ink-3">0000000000</span>}
      </span>
      {sequential && <> ({t('resultSequence')})</>}
    </p>
  );
}
