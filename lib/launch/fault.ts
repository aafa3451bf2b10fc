/** A reason not to start that needs one clear line and no stack. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
  /** Read by start.mjs, which holds no copy of this class. */
  readonly expected = true;
}
