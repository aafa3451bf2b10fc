/** Two decks, one over the other; the same drawing as app/icon.svg. */
export function Logo() {
  return (
    <svg aria-hidden width={20} height={20} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <g
        fill="none"
        stroke="var(--accent-ink)"
        strokeWidth="2.4"
        strokeLinejoin="round"
        strokeLinecap="round"
      >
        <path d="M6 12.5 16 7l10 5.5L16 18z" />
        <path d="m6 18 10 5.5L26 18" />
      </g>
    </svg>
  );
}
