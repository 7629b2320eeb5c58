/** Space of a file system in bytes. `available` is what an ordinary user may still write, `free` includes root's reserve. */
export interface Space {
  size: number;
  free: number;
  available: number;
}
