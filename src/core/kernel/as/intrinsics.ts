export function kernelIntrinsic<C, P>(id: u32, args: u32, result: u32): bool { return false; }
