import { VisibleText } from './visible-text';

/** So many characters stay at the end: a sequence number and what tells siblings apart. */
const tailLength = 12;

/** A znode's name that is cut in its middle where it does not fit, since siblings often differ only at the end. */
export function NodeName({
  name,
  quietFrom = name.length,
}: {
  readonly name: string;
  /** From here on the characters stand back: the digits of a sequential name. */
  readonly quietFrom?: number;
}) {
  const cut = name.length > tailLength * 2 ? name.length - tailLength : 0;
  const part = (from: number, to: number) => <Part name={name} from={from} to={to} quietFrom={quietFrom} />;
  if (cut === 0) {
    return (
      <span className="block min-w-0 truncate font-mono text-xs whitespace-pre" title={name}>
        {part(0, name.length)}
      </span>
    );
  }
  return (
    <span className="flex min-w-0 font-mono text-xs whitespace-pre" title={name}>
      {/* Two boxes read as two words, so that the name is read from where it stands whole. */}
      <span className="sr-only select-none">{name}</span>
      <span aria-hidden className="truncate">
        {part(0, cut)}
      </span>
      <span aria-hidden className="shrink-0">
        {part(cut, name.length)}
      </span>
    </span>
  );
}

interface PartProps {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly quietFrom: number;
}

function Part({ name, from, to, quietFrom }: PartProps) {
  const at = Math.min(Math.max(quietFrom, from), to);
  return (
    <>
      <VisibleText text={name.slice(from, at)} />
      {at < to && <span className="text-ink-3">{name.slice(at, to)}</span>}
    </>
  );
}
