/** AssemblyScript's integer names, for the files that the kernel and TypeScript both import. */
type u32 = number;
