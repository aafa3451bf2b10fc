/** Keys, certificates or passwords that cannot be used; the message is a sentence for the operator. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}
