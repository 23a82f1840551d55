import { Icon } from "../../../parts/icon.tsx";
import { GridRow, GridTitle } from "../../../parts/virtual-list/grid.tsx";
import { addressOf } from "../../../routing/route.ts";
import { useText } from "../../../text/language-context.ts";
import { type FilesPlace, filesRoute, nextOrder } from "../files-place.ts";

const COLUMNS = ["name", "size", "modified", "holders"] as const;
/** The titles of the columns, by which the rows are ordered. */
export function TableHeader({ place }: { readonly place: FilesPlace }) {
  const words = useText();
  return (
    <GridRow class="file-row file-header" aria-rowindex={1}>
      {COLUMNS.map((column) => {
        const isOrdered = place.sort === column;
        const isDescending = place.order === "desc";
        const direction = isDescending ? "descending" : "ascending";
        return (
          <GridTitle
            key={column}
            class={`file-${column}${column === "name" ? "" : " number"}`}
            aria-sort={isOrdered ? direction : undefined}
          >
            <a
              href={addressOf(filesRoute({ ...place, file: null, plays: false, ...nextOrder(place, column) }))}
              title={`${words.files.sortBy}: ${words.files.columns[column]}`}
            >
              {words.files.columns[column]}
              {isOrdered && <Icon name={isDescending ? "down" : "up"} />}
            </a>
          </GridTitle>
        );
      })}
      <GridTitle class="file-actions">
        <span class="only-spoken">{words.files.columns.actions}</span>
      </GridTitle>
    </GridRow>
  );
}
