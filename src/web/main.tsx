import { render } from "preact";
import { ApiClient } from "./api/api-client.ts";
import { openEventStream } from "./api/event-stream.ts";
import { pageClock } from "./api/page-clock.ts";
import { Frame } from "./frame/frame.tsx";
import { LiveFeed } from "./store/live-feed.ts";
import { PageContext } from "./store/page-context.ts";
import { Store } from "./store/store.ts";
import { BrowserUploads } from "./store/uploads/browser-uploads.ts";
import { LanguageContext, localizationFor } from "./text/language-context.ts";
import { LoginView } from "./views/login/login-view.tsx";
import { VIEWS } from "./views/views.ts";

const store = new Store();
const api = new ApiClient((path, init) => fetch(path, init));
const feed = new LiveFeed({ store, api, openStream: openEventStream, clock: pageClock });
const uploads = new BrowserUploads({ store, api, clock: pageClock });
const localization = localizationFor(navigator.languages);
document.documentElement.lang = localization.language;
const role = document.documentElement.dataset.role === "client" ? "client" : "central";

/** What the document has itself is painted first: to draw the rest takes longer than a frame. A page that nobody sees has no frames. */
function afterFirstPaint(run: () => void): void {
  if (document.hidden) return run();
  requestAnimationFrame(() => void pageClock.after(0, run));
}

const root = document.querySelector("#page");
if (root) {
  afterFirstPaint(() => {
    render(
      <LanguageContext.Provider value={localization}>
        <PageContext.Provider value={{ store, api, feed, clock: pageClock, uploads, role }}>
          <Frame views={VIEWS} login={LoginView} />
        </PageContext.Provider>
      </LanguageContext.Provider>,
      root,
    );
    feed.start();
  });
}
