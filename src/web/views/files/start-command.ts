/** The command that starts a secondary; `host`: by which the browser reaches the central. */
export function startCommand(number: number, host: string): string {
  // An IPv6 address is in brackets in an address of a page alone.
  const central = host.replace(/^\[|\]$/g, "");
  const isLocal = central === "localhost" || central === "127.0.0.1" || central === "::1";
  const where = isLocal ? "" : ` --central-ip ${central}`;
  return `redes secondary --number ${number} --http ${8080 + number}${where}`;
}
