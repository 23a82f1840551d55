import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Missing } from "../parts/missing/missing.tsx";
import { Notice } from "../parts/notice.tsx";
import type { ViewName } from "../routing/route.ts";
import { useRoute } from "../routing/use-route.ts";
import { useStore } from "../store/page-context.ts";
import { isOutdated, lacksCentral } from "../store/page-state.ts";
import { useText } from "../text/language-context.ts";
import { conditionOf } from "./condition.ts";
import { ConnectionStatus } from "./connection-status.tsx";
import { DocumentState } from "./document-state.tsx";
import { Navigation } from "./navigation.tsx";
import { SessionStatus } from "./session-status.tsx";
import { UploadPanel } from "./uploads/upload-panel.tsx";
import "./frame.css";

export interface FrameProps {
  readonly views: Readonly<Record<ViewName, ComponentType>>;
  /** In the place of every view, while a token is needed. */
  readonly login: ComponentType;
}

/** What is around each view: where one is, where one can go, and how the cluster and the connection are. */
export function Frame({ views, login: Login }: FrameProps) {
  const { view } = useRoute();
  const access = useStore((state) => state.access);
  const isSettled = useStore(conditionOf) !== "connecting";
  const words = useText().frame;
  const main = useRef<HTMLElement>(null);
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    main.current?.querySelector("h1")?.focus();
  }, [view]);
  const View = views[view];
  return (
    <div class="frame">
      {/* No link: what is behind the # of the address is the view. */}
      <button type="button" class="skip-link" onClick={() => main.current?.focus()}>
        {words.skip}
      </button>
      <DocumentState view={view} />
      <header class="frame-header">
        <p class="wordmark">redes</p>
        <div class="frame-status">
          <ConnectionStatus />
          <SessionStatus />
        </div>
      </header>
      <Navigation current={view} />
      <main class={isSettled ? "frame-main" : "frame-main frame-unsettled"} ref={main} tabIndex={-1}>
        <Banners />
        {access === "granted" && <UploadPanel />}
        {access === "granted" && <View key={view} />}
        {access === "token" && <Login />}
        {access === "rights" && (
          <Notice kind="error" title={words.rightsTitle}>
            <p>{words.rightsWhat}</p>
          </Notice>
        )}
      </main>
    </div>
  );
}

/** What concerns every view. */
function Banners() {
  const words = useText().frame;
  const outdated = useStore(isOutdated);
  const reload = <Button onPress={() => location.reload()}>{words.reload}</Button>;
  return (
    <div class="banners" role="status">
      {outdated && (
        <Notice kind="warning" title={words.outdated} action={reload}>
          <p>{words.outdatedWhat}</p>
        </Notice>
      )}
      <NotServing />
    </div>
  );
}

function NotServing() {
  const words = useText().frame;
  const cluster = useStore((state) => state.cluster);
  if (!cluster || cluster.serving) return null;
  if (lacksCentral({ cluster })) {
    return (
      <Notice kind="warning" title={words.noCentralTitle}>
        <p>{words.noCentralWhat}</p>
      </Notice>
    );
  }
  return (
    <Notice kind="warning" title={words.notServingTitle}>
      <p>
        {words.notServingWhat} <Missing missing={cluster.missing} lacks={cluster.lacks} />
      </p>
    </Notice>
  );
}
