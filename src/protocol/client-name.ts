/** 1 to 100 characters, none of them a control character or a lone surrogate. */
const PATTERN = /^[^\p{Cc}\p{Cs}]+$/u;
const MAX_LENGTH = 100;

/** Whether a client may be called so. */
export function isClientName(name: string): boolean {
  return name.length <= MAX_LENGTH && PATTERN.test(name);
}
