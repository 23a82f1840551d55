import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../../parts/button.tsx";
import { Icon } from "../../../parts/icon.tsx";
import { useText } from "../../../text/language-context.ts";
import { foundInInput, type PickedFile } from "./chosen-files.ts";

/** For those who do not drag: files, or a folder. */
export function UploadButtons({ onChosen }: { readonly onChosen: (found: readonly PickedFile[]) => void }) {
  const words = useText().uploads;
  return (
    <div class="upload-buttons">
      <Chooser label={words.upload} onChosen={onChosen}>
        <Icon name="upload" />
        {words.short}
      </Chooser>
      <Chooser label={words.folder} ofFolder onChosen={onChosen}>
        <Icon name="folder" />
      </Chooser>
    </div>
  );
}

function Chooser(props: {
  readonly label: string;
  readonly ofFolder?: boolean;
  readonly onChosen: (found: readonly PickedFile[]) => void;
  readonly children: ComponentChildren;
}) {
  const { label, ofFolder = false, onChosen, children } = props;
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (input.current) input.current.webkitdirectory = ofFolder;
  }, [ofFolder]);
  const chosen = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const found = foundInInput(currentTarget.files ?? []);
    // The same may be chosen once more.
    currentTarget.value = "";
    if (found.length > 0) onChosen(found);
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden aria-label={label} onChange={chosen} />
      <Button label={label} onPress={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
