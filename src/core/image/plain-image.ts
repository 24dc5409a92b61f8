/**
 * Images of plain graphs: objects, arrays, maps, sets, words, and values, without classes and without a machine around them.
 * Programs, configurations and the like go into files so. What is immutable and written elsewhere is referred to as an external.
 */
import { ImageDecoder } from './decode';
import { ImageEncoder } from './encode';
import { Externals } from './externals';
import { imageFromBytes, imageToBytes } from './image-file';
import { ClassRegistry } from './registry';
import { Skeleton } from './skeleton';

/** A machine's store is never a part of these. */
const NO_STORE = new ArrayBuffer(0);

/** @throws Error for what is not plain: a bug of the caller */
export function plainToBytes(value: unknown, externals = new Externals()): Uint8Array {
  const root: { value: unknown } = { value: undefined };
  const skeleton = new Skeleton({ root }, [], NO_STORE);
  root.value = value;
  return imageToBytes(new ImageEncoder(skeleton, externals, new ClassRegistry(), NO_STORE).encode());
}

/** @throws ImageDamaged */
export function plainFromBytes(bytes: Uint8Array, externals = new Externals()): unknown {
  const root: { value: unknown } = { value: undefined };
  new ImageDecoder(new Skeleton({ root }, [], NO_STORE), externals, new ClassRegistry(), NO_STORE).decode(imageFromBytes(bytes));
  return root.value;
}
