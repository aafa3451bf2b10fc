/**
 * What shows as nothing, or turns the direction in which the rest is written: with it a name can look like another one.
 * Joiners and tags stay, which scripts and emoji are made with.
 */
const hidden = /([\p{Cc}\p{Zl}\p{Zp}]|(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf})/u;

/** A znode's name or path with each such character shown by its code. */
export function VisibleText({ text }: { readonly text: string }) {
  if (!hidden.test(text)) return text;
  return text.split(hidden).map((part, index) =>
    // Every second part is what was split at.
    index % 2 === 0 ? (
      part
    ) : (
      <span key={index} className="rounded-base bg-warn-soft px-0.5 text-warn-text">
        {codeOf(part)}
      </span>
    ),
  );
}

/** `U+202E` */
function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
