import { useText } from "../../text/language-context.ts";
import { type FilesPlace, filesAddress, inFolder, waysTo } from "./files-place.ts";
import "./breadcrumb.css";

/** Each folder on the way to the one that is shown. */
export function Breadcrumb({ place }: { readonly place: FilesPlace }) {
  const words = useText().files;
  const ways = [{ name: words.root, path: "" }, ...waysTo(place.folder)];
  return (
    <nav class="breadcrumb" aria-label={words.path}>
      <ol>
        {ways.map(({ name, path }) => (
          <li key={path}>
            {path === place.folder ? (
              <bdi aria-current="location">{name}</bdi>
            ) : (
              <a href={filesAddress(inFolder(place, path))}>
                <bdi>{name}</bdi>
              </a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
