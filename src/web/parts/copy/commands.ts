/** The command that starts a secondary; `host`: by which the browser reaches the central. */
export function startCommand(number: number, host: string): string {
  return `redes secondary --number ${number} --http ${8080 + number}${whereIs(host)}`;
}

/** The command that downloads a file. */
export function getCommand(host: string): string {
  return `redes client get NAME${whereIs(host)}`;
}

/** The flag that says where the central is, where that is needed. */
function whereIs(host: string): string {
  // An IPv6 address is in brackets in an address of a page alone.
  const central = host.replace(/^\[|\]$/g, "");
  const isLocal = central === "localhost" || central === "127.0.0.1" || central === "::1";
  return isLocal ? "" : ` --central ${central}`;
}
