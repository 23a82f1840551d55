import type { DetailedFileAnswer } from "../../../../http/api/central-answers.ts";
import { CopyButton } from "../../../parts/copy/copy-button.tsx";
import { useText } from "../../../text/language-context.ts";

/** By what a file can be recognized, to be copied. */
export function Hashes({ file: { id, blake3, sha256 } }: { readonly file: DetailedFileAnswer }) {
  const words = useText().files.details;
  const rows = [
    { name: words.sha256, hash: sha256 },
    { name: words.blake3, hash: blake3 },
    { name: words.id, hash: id },
  ];
  return (
    <section class="hashes">
      <h3>{words.hashes}</h3>
      <dl>
        {rows.map(({ name, hash }) => (
          <div class="hash" key={name}>
            <dt>{name}</dt>
            <dd>{hash === null ? <span class="aside">{words.unknown}</span> : <code>{hash}</code>}</dd>
            {hash !== null && (
              <dd class="hash-copy">
                <CopyButton text={hash} what={name} />
              </dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  );
}
