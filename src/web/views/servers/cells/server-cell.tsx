import type { SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { useFormat, useText } from "../../../text/language-context.ts";

/** Which server it is, and where it is reached. */
export function ServerCell({ secondary }: { readonly secondary: SecondaryAnswer }) {
  const words = useText().servers;
  const format = useFormat();
  const { number, address, http } = secondary;
  const shown = format.number(number);
  return (
    <>
      <span class="server-name">{words.name(shown)}</span>
      <span class="cell-detail">
        {http ? (
          <a href={siteOf(http)} title={words.openSite(shown)}>
            {address}
          </a>
        ) : (
          address
        )}
      </span>
    </>
  );
}

function siteOf({ host, port, tls }: NonNullable<SecondaryAnswer["http"]>): string {
  const written = host.includes(":") ? `[${host}]` : host;
  return `${tls ? "https" : "http"}://${written}:${port}/files/`;
}
