/** None of the characters of a client's name is a control character or a lone surrogate. */
export const CLIENT_NAME_PATTERN = /^[^\p{Cc}\p{Cs}]+$/u;
/** Characters: `user@host` and some words are fewer. */
export const MAX_CLIENT_NAME_LENGTH = 100;

/** Whether a client may be called so. */
export function isClientName(name: string): boolean {
  return name.length <= MAX_CLIENT_NAME_LENGTH && CLIENT_NAME_PATTERN.test(name);
}
