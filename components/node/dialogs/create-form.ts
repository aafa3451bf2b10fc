import { presets, type PresetName } from '@/lib/api/acl-rules';
import type { CreateMode, CreateNodeRequest } from '@/lib/api/znodes';
import { joinPath, pathFault } from '@/lib/protocol/path';
import { encodeText, noBytes, parseBase64, parseHex, toBase64, type Parsed } from '../value/bytes';

/** The create form as data: what is wrong with it, what it would send, and the name it would give. */

export const dataNotations = ['null', 'text', 'hex', 'base64'] as const;
export type DataNotation = (typeof dataNotations)[number];

/** Milliseconds of each. */
const unitMs = {
  milliseconds: 1,
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
} as const;
export type TtlUnit = keyof typeof unitMs;
export const ttlUnits = Object.keys(unitMs) as readonly TtlUnit[];

export interface CreateForm {
  readonly name: string;
  readonly mode: CreateMode;
  readonly ttl: string;
  readonly ttlUnit: TtlUnit;
  readonly notation: DataNotation;
  readonly data: string;
  readonly preset: PresetName;
}

export const emptyForm: CreateForm = {
  name: '',
  mode: 'persistent',
  ttl: '1',
  ttlUnit: 'minutes',
  notation: 'text',
  data: '',
  preset: 'open',
};

/** 40 bits, as `createNodeRequest` takes them; client code has no schema's values. */
const ttlMsMax = 2 ** 40 - 1;

/** The largest whole number of a unit that is a TTL. */
export function ttlMax(unit: TtlUnit): number {
  return Math.floor(ttlMsMax / unitMs[unit]);
}

export function isSequential(mode: CreateMode): boolean {
  return mode.includes('Sequential');
}

export function isEphemeral(mode: CreateMode): boolean {
  return mode.startsWith('ephemeral');
}

export function hasTtl(mode: CreateMode): boolean {
  return mode.endsWith('Ttl');
}

/** Where the node would stand; a sequential one may have an empty name of its own. */
export function targetPath(parent: string, form: CreateForm): string {
  return joinPath(parent, form.name);
}

export interface CreateFaults {
  readonly name: 'empty' | 'path' | null;
  readonly ttl: boolean;
  readonly data: { readonly notation: 'hex' | 'base64'; readonly at: number } | null;
}

export function createFaults(parent: string, form: CreateForm): CreateFaults {
  const sequential = isSequential(form.mode);
  // Ten digits complete a sequential name, so the path is checked as it will be.
  const path = `${targetPath(parent, form)}${sequential ? '0000000000' : ''}`;
  const ttl = Number(form.ttl);
  const parsed = dataOf(form);
  return {
    name: form.name === '' && !sequential ? 'empty' : pathFault(path) === null ? null : 'path',
    ttl: hasTtl(form.mode) && !(/^\d+$/.test(form.ttl) && ttl >= 1 && ttl <= ttlMax(form.ttlUnit)),
    data:
      parsed !== null && 'faultAt' in parsed
        ? { notation: form.notation === 'hex' ? 'hex' : 'base64', at: parsed.faultAt }
        : null,
  };
}

export function isValid(faults: CreateFaults): boolean {
  return faults.name === null && !faults.ttl && faults.data === null;
}

/** Null is ZooKeeper's null. */
function dataOf(form: CreateForm): Parsed | null {
  switch (form.notation) {
    case 'null':
      return null;
    case 'text':
      return { bytes: encodeText(form.data) };
    case 'hex':
      return parseHex(form.data);
    case 'base64':
      return parseBase64(form.data);
  }
}

/** What is sent for a valid form. */
export function requestOf(parent: string, form: CreateForm, parents: boolean): CreateNodeRequest {
  const parsed = dataOf(form);
  const bytes = parsed === null ? null : 'bytes' in parsed ? parsed.bytes : noBytes;
  return {
    path: targetPath(parent, form),
    data: bytes === null ? null : toBase64(bytes),
    mode: form.mode,
    ttlMs: hasTtl(form.mode) ? Number(form.ttl) * unitMs[form.ttlUnit] : null,
    acl: presets[form.preset].map((entry) => ({ ...entry, permissions: [...entry.permissions] })),
    parents,
  };
}
