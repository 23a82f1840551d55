/** The names of the folders that a file is in, the outermost first. */
export function parentFolders(name: string): string[] {
  const folders: string[] = [];
  for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1))
    folders.push(name.slice(0, slash));
  return folders;
}
