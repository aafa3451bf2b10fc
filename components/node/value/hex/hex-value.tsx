'use client';

import { Download, Upload } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useDisplay } from '@/components/ui/display';
import { formatBytes } from '@/components/ui/format';
import { useToast } from '@/components/ui/toast';
import { hexText, noBytes, parseHex } from '../bytes';
import HexEditor, { type HexEditorProps } from './hex-editor';
import { hexBytesMax } from './hex-model';

/** A file in place of the value: no member with the default jute.maxbuffer takes a larger one. */
const fileBytesMax = 1_048_576;

export interface HexValueProps extends Omit<HexEditorProps, 'bytes' | 'onChange'> {
  /** Hex digits, as the draft holds them. */
  readonly text: string;
  readonly name: string;
  readonly onText: (text: string) => void;
}

/** The bytes in their editor, and as a file; of more than can be edited the beginning shows, to be read only. */
export default function HexValue({ text, name, onText, ...props }: HexValueProps) {
  const t = useTranslations('node.value.hex');
  const { locale } = useDisplay();
  const toast = useToast();
  const input = useRef<HTMLInputElement>(null);
  const bytes = useMemo(() => {
    const parsed = parseHex(text);
    return 'bytes' in parsed ? parsed.bytes : noBytes;
  }, [text]);
  const shown = useMemo(() => bytes.slice(0, hexBytesMax), [bytes]);
  const tooLarge = bytes.length > hexBytesMax;
  const upload = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > fileBytesMax) {
      return toast({ tone: 'danger', title: t('fileTooLarge', { max: formatBytes(fileBytesMax, locale) }) });
    }
    onText(hexText(new Uint8Array(await file.arrayBuffer())));
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1">
        <p className="min-w-40 grow text-xs text-ink-2">
          {tooLarge ? t('tooLarge', { max: formatBytes(hexBytesMax, locale) }) : t('help')}
        </p>
        <Button tone="quiet" icon={Download} onClick={() => download(bytes, name)}>
          {t('download')}
        </Button>
        {!props.readOnly && (
          <>
            <Button tone="quiet" icon={Upload} onClick={() => input.current?.click()}>
              {t('upload')}
            </Button>
            <input
              ref={input}
              type="file"
              aria-label={t('file')}
              className="hidden"
              onChange={(event) => {
                void upload(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </>
        )}
      </div>
      <div className="min-h-0 grow">
        <HexEditor
          {...props}
          bytes={shown}
          readOnly={props.readOnly || tooLarge}
          onChange={(next) => onText(hexText(next))}
        />
      </div>
    </div>
  );
}

function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
