/**
 * At most so many of names that are in order, the last among them: what Tab writes is what all that it is given begin with, and
 * these begin with no more than all do.
 */
export function someNames(inOrder: Iterable<string>, most: number): string[] {
  const some: string[] = [];
  let last: string | null = null;
  for (const name of inOrder) {
    if (some.length < most) some.push(name);
    else last = name;
  }
  if (last !== null) some[most - 1] = last;
  return some;
}
