/*
 * The null GPU: libraries that stand where NVIDIA's are, for tests of the CUDA path on machines without a GPU.
 * Kernels and products do nothing, and what is read back is zeros. All is counted, in libcudart.so.12.
 */
#ifndef NULL_GPU_H
#define NULL_GPU_H

/* What is counted; NullGpuDevice.java has the same order. */
enum null_gpu_event {
  LAUNCH,     /* kernels of PyTorch */
  PRODUCT,    /* products of cuBLAS and cuBLASLt */
  SEARCH,     /* searches for the fastest algorithm of a product */
  SYNC,       /* waits of the host for the device */
  UPLOAD,     /* copies to the device, */
  DOWNLOAD,   /* from it, */
  DEVICE_COPY,/* and within it */
  FILL,       /* cudaMemset */
  ALLOCATION, /* cudaMalloc, those that fail included */
  RELEASE,    /* cudaFree */
  UNKNOWN,    /* calls of functions that the null GPU does not have */
  NULL_GPU_EVENTS
};

void null_gpu_count(enum null_gpu_event event);

/* A function of a library that does nothing and succeeds; counts it where its name says what it is. */
int null_gpu_called(const char *name);

/* A function of the runtime that is not there: says so once, and returns cudaErrorNotSupported. */
int null_gpu_absent(const char *name);

/* What the test makes of every function that is imported. Those written by hand, which are not weak, win. */
#define NULL_GPU_CALLED(name) __attribute__((weak)) int name(void) { return null_gpu_called(#name); }
#define NULL_GPU_ABSENT(name) __attribute__((weak)) int name(void) { return null_gpu_absent(#name); }

#endif
