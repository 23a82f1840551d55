import { useEffect, useRef } from "preact/hooks";
import { type ViewName, viewAddress, viewsAt } from "../routing/route.ts";
import { usePage, useStore } from "../store/page-context.ts";
import { activeCount } from "../store/page-state.ts";
import { useFormat, useText } from "../text/language-context.ts";
import "./navigation.css";

/** The way to each view. */
export function Navigation({ current }: { readonly current: ViewName }) {
  const words = useText().frame;
  const format = useFormat();
  const active = useStore((state) => activeCount(state.downloads));
  const { role } = usePage();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where there is no room for all of them.
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  return (
    <nav class="navigation" aria-label={words.navigation} ref={nav}>
      <ul>
        {viewsAt(role).map((view) => (
          <li key={view}>
            <a href={viewAddress(view)} aria-current={view === current ? "page" : undefined}>
              {words.views[view]}
              {view === "downloads" && active > 0 && (
                <span class="navigation-count">
                  <span aria-hidden="true">{format.number(active)}</span>
                  <span class="only-spoken">{words.active(format.number(active))}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
