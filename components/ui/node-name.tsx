import { cx } from './cx';

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
  return (
    <span className="flex min-w-0 font-mono text-xs whitespace-pre" title={name}>
      {cut > 0 && (
        <span className="truncate">
          <Part name={name} from={0} to={cut} quietFrom={quietFrom} />
        </span>
      )}
      <span className={cx(cut > 0 ? 'shrink-0' : 'truncate')}>
        <Part name={name} from={cut} to={name.length} quietFrom={quietFrom} />
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
      {name.slice(from, at)}
      {at < to && <span className="text-ink-3">{name.slice(at, to)}</span>}
    </>
  );
}
