/*
 * libcudart.so.12: CUDA's runtime. The environment says what devices there are:
 *
 *   NULL_GPU_DEVICES      how many the machine has (1)
 *   CUDA_VISIBLE_DEVICES  which of them, by number or UUID, are devices 0, 1, ... of the process (all)
 *   NULL_GPU_BYTES        the memory of each (24 GiB)
 *
 * Memory of a device is an address range that cannot be read or written: a host that does so anyway crashes, as it
 * would with a GPU. So copies to and within a device move nothing. Copies from it deliver zeros, and true where one
 * byte is read, which is a truth value: to the engine that means that all tokens are 0, finite, and end nothing.
 */
#define _GNU_SOURCE
#include "null_gpu.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SUCCESS = 0, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_DEVICE = 101, NOT_SUPPORTED = 801 };
enum { MOST_DEVICES = 8, VERSION = 12090, HOST = -1 };

static __thread int current, last_error;

static int failed(int error) { return last_error = error; }

static long long setting(const char *name, long long otherwise) {
  const char *text = getenv(name);
  return text ? atoll(text) : otherwise;
}

static int gpus(void) {
  long long wanted = setting("NULL_GPU_DEVICES", 1);
  return wanted < 0 ? 0 : wanted > MOST_DEVICES ? MOST_DEVICES : (int)wanted;
}

/* The GPU of this number or of this beginning of a UUID, or -1. */
static int gpu_named(const char *name, size_t length) {
  for (int gpu = 0; gpu < gpus(); gpu++) {
    char number[8], uuid[48];
    int digits = snprintf(number, sizeof number, "%d", gpu);
    snprintf(uuid, sizeof uuid, "GPU-%02x000000-0000-0000-0000-000000000000", gpu + 1);
    if ((length == (size_t)digits && !strncmp(name, number, length))
        || (length > 4 && length < sizeof uuid && !strncmp(name, uuid, length))) {
      return gpu;
    }
  }
  return -1;
}

/* The GPU that is a device of the process, or -1. As with CUDA, the list ends at the first wrong name. */
static int gpu_of(int device) {
  const char *visible = getenv("CUDA_VISIBLE_DEVICES");
  if (!visible) {
    return device < gpus() ? device : -1;
  }
  while (1) {
    size_t length = strcspn(visible, ",");
    int gpu = gpu_named(visible, length);
    if (gpu < 0 || device-- == 0) {
      return gpu;
    }
    if (!visible[length]) {
      return -1;
    }
    visible += length + 1;
  }
}

static int devices(void) {
  int count = 0;
  while (count < MOST_DEVICES && gpu_of(count) >= 0) {
    count++;
  }
  return count;
}

static long long capacity(void) { return setting("NULL_GPU_BYTES", 24LL << 30); }

/* ---- Counts, and what a test asks for -------------------------------------------------------------- */

static atomic_long counts[NULL_GPU_EVENTS];
static atomic_long failing_first, failing_last; /* of the allocations to come, counted down */

void null_gpu_count(enum null_gpu_event event) { counts[event]++; }

void null_gpu_counts(long *result) {
  for (int i = 0; i < NULL_GPU_EVENTS; i++) {
    result[i] = counts[i];
  }
}

int null_gpu_called(const char *name) {
  if (strstr(name, "Heuristic")) {
    null_gpu_count(SEARCH);
  } else if (strcasestr(name, "gemm") || !strcmp(name, "cublasLtMatmul")) {
    null_gpu_count(PRODUCT);
  }
  return SUCCESS;
}

int null_gpu_absent(const char *name) {
  static _Atomic(const char *) told;
  if (atomic_exchange(&told, name) != name) {
    fprintf(stderr, "null GPU: there is no %s\n", name);
  }
  null_gpu_count(UNKNOWN);
  return failed(NOT_SUPPORTED);
}

/* Lets so many of the allocations to come fail, from the first-th on; 0 for none. */
void null_gpu_fail(long first, long number) {
  failing_first = counts[ALLOCATION] + first;
  failing_last = first ? failing_first + number - 1 : 0;
}

/* ---- Devices --------------------------------------------------------------------------------------- */

int cudaGetDeviceCount(int *count) {
  *count = devices();
  return *count ? SUCCESS : failed(NO_DEVICE);
}

int cudaGetDevice(int *device) {
  *device = current;
  return SUCCESS;
}

int cudaSetDevice(int device) {
  if (device < 0 || device >= devices()) {
    return failed(INVALID_DEVICE);
  }
  current = device;
  return SUCCESS;
}

int cudaDriverGetVersion(int *version) {
  *version = VERSION;
  return SUCCESS;
}

int cudaRuntimeGetVersion(int *version) { return cudaDriverGetVersion(version); }

int cudaDeviceCanAccessPeer(int *can, int device, int peer) {
  *can = 0;
  return SUCCESS;
}

/* Numbers of an H200, by the enumeration cudaDeviceAttr; 0 for attributes that are not queried. */
int cudaDeviceGetAttribute(int *value, int attribute, int device) {
  static const int known[][2] = {
    {1, 1024}, {2, 1024}, {3, 1024}, {4, 64},    /* threads of a block */
    {5, INT32_MAX}, {6, 65535}, {7, 65535},      /* blocks of a grid */
    {8, 49152}, {81, 233472}, {97, 232448},      /* shared memory */
    {10, 32}, {12, 65536}, {16, 132}, {39, 2048},/* warp, registers, multiprocessors and their threads */
    {75, 9}, {76, 0},                            /* compute capability */
  };
  *value = 0;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (known[i][0] == attribute) {
      *value = known[i][1];
    }
  }
  return SUCCESS;
}

/* The structure cudaDeviceProp of CUDA 12, by the offsets of what PyTorch reads. */
int cudaGetDeviceProperties_v2(char *p, int device) {
  static const int numbers[][2] = {
    {304, 65536}, {308, 32}, {320, 1024}, {324, 1024}, {328, 1024}, {332, 64},
    {336, INT32_MAX}, {340, 65535}, {344, 65535}, {360, 9}, {364, 0}, {388, 132},
    {616, 50 << 20}, {624, 2048}, {648, 65536},
  };
  memset(p, 0, 1032);
  strcpy(p, "Null GPU");
  p[256] = (char)(gpu_of(device) + 1); /* of its UUID */
  *(long long *)(p + 288) = capacity();
  *(long long *)(p + 296) = 49152;
  *(long long *)(p + 368) = 512;
  *(long long *)(p + 640) = 233472;
  *(long long *)(p + 696) = 232448;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    *(int *)(p + numbers[i][0]) = numbers[i][1];
  }
  return SUCCESS;
}

/* ---- Memory ---------------------------------------------------------------------------------------- */

struct range {
  char *start;
  size_t bytes;
  int device; /* or HOST, for pinned memory */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct range ranges[1 << 16];
static int range_count;
static long long used[MOST_DEVICES], peak[MOST_DEVICES];

static long long of_gpu(const long long *bytes, int gpu) {
  for (int device = 0; device < devices(); device++) {
    if (gpu_of(device) == gpu) {
      return bytes[device];
    }
  }
  return 0;
}

long long null_gpu_used(int gpu) { return of_gpu(used, gpu); }
long long null_gpu_peak(int gpu) { return of_gpu(peak, gpu); }

/* The number of the range that an address is in, or -1. The lock is held. */
static int range_of(const void *address) {
  for (int i = range_count - 1; i >= 0; i--) {
    if ((char *)address >= ranges[i].start && (char *)address < ranges[i].start + ranges[i].bytes) {
      return i;
    }
  }
  return -1;
}

static int allocate(void **result, size_t bytes, int device) {
  *result = NULL;
  bytes += !bytes;
  pthread_mutex_lock(&lock);
  void *start = MAP_FAILED;
  if (range_count < (int)(sizeof ranges / sizeof *ranges)
      && (device == HOST || used[device] + (long long)bytes <= capacity())) {
    start = mmap(NULL, bytes, device == HOST ? PROT_READ | PROT_WRITE : PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  if (start != MAP_FAILED) {
    ranges[range_count++] = (struct range){start, bytes, device};
    *result = start;
    if (device != HOST) {
      used[device] += bytes;
      peak[device] = used[device] > peak[device] ? used[device] : peak[device];
    }
  }
  pthread_mutex_unlock(&lock);
  return start == MAP_FAILED ? failed(OUT_OF_MEMORY) : SUCCESS;
}

static int release(void *address) {
  pthread_mutex_lock(&lock);
  int i = range_of(address);
  if (i >= 0) {
    if (ranges[i].device != HOST) {
      used[ranges[i].device] -= ranges[i].bytes;
    }
    munmap(ranges[i].start, ranges[i].bytes);
    ranges[i] = ranges[--range_count];
  }
  pthread_mutex_unlock(&lock);
  return SUCCESS;
}

int cudaMalloc(void **result, size_t bytes) {
  long call = ++counts[ALLOCATION];
  if (failing_last && call >= failing_first && call <= failing_last) {
    *result = NULL;
    return failed(OUT_OF_MEMORY);
  }
  return allocate(result, bytes, current);
}

int cudaFree(void *address) {
  if (address) {
    null_gpu_count(RELEASE);
  }
  return release(address);
}

int cudaHostAlloc(void **result, size_t bytes, unsigned flags) { return allocate(result, bytes, HOST); }
int cudaFreeHost(void *address) { return release(address); }

int cudaMemGetInfo(size_t *free_bytes, size_t *total) {
  *total = capacity();
  *free_bytes = *total - used[current];
  return SUCCESS;
}

static int device_of(const void *address) {
  pthread_mutex_lock(&lock);
  int i = range_of(address);
  int device = i < 0 ? HOST : ranges[i].device;
  pthread_mutex_unlock(&lock);
  return device;
}

struct pointer_attributes {
  int type, device; /* 0 neither's, 1 pinned, 2 the device's */
  void *on_device, *on_host;
  long reserved[8];
};

int cudaPointerGetAttributes(struct pointer_attributes *result, const void *address) {
  int device = device_of(address);
  memset(result, 0, sizeof *result);
  if (device != HOST) {
    *result = (struct pointer_attributes){2, device, (void *)address, NULL, {0}};
  } else {
    pthread_mutex_lock(&lock);
    result->type = range_of(address) >= 0;
    pthread_mutex_unlock(&lock);
    result->on_host = (void *)address;
  }
  return SUCCESS;
}

int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int direction, void *stream) {
  int from_device = device_of(from) != HOST, to_device = device_of(to) != HOST;
  if (from_device) {
    null_gpu_count(to_device ? DEVICE_COPY : DOWNLOAD);
    if (!to_device) {
      memset(to, bytes == 1, bytes);
    }
  } else if (to_device) {
    null_gpu_count(UPLOAD);
  } else {
    memmove(to, from, bytes);
  }
  return SUCCESS;
}

int cudaMemcpy(void *to, const void *from, size_t bytes, int direction) {
  null_gpu_count(SYNC);
  return cudaMemcpyAsync(to, from, bytes, direction, NULL);
}

int cudaMemcpyPeerAsync(void *to, int to_device, const void *from, int from_device, size_t bytes, void *stream) {
  return cudaMemcpyAsync(to, from, bytes, 4, stream);
}

int cudaMemsetAsync(void *address, int value, size_t bytes, void *stream) {
  null_gpu_count(FILL);
  return SUCCESS;
}

int cudaMemset(void *address, int value, size_t bytes) { return cudaMemsetAsync(address, value, bytes, NULL); }

/* ---- Streams and events: everything is done at once ------------------------------------------------ */

static int wait_for_device(void) {
  null_gpu_count(SYNC);
  return SUCCESS;
}

static int fresh(void **handle) {
  *handle = malloc(1);
  return SUCCESS;
}

int cudaDeviceSynchronize(void) { return wait_for_device(); }
int cudaStreamSynchronize(void *stream) { return wait_for_device(); }
int cudaEventSynchronize(void *event) { return wait_for_device(); }
int cudaStreamCreateWithPriority(void **stream, unsigned flags, int priority) { return fresh(stream); }
int cudaStreamQuery(void *stream) { return SUCCESS; }
int cudaStreamWaitEvent(void *stream, void *event, unsigned flags) { return SUCCESS; }
int cudaThreadExchangeStreamCaptureMode(int *mode) { return SUCCESS; }
int cudaEventCreate(void **event) { return fresh(event); }
int cudaEventCreateWithFlags(void **event, unsigned flags) { return fresh(event); }
int cudaEventRecord(void *event, void *stream) { return SUCCESS; }
int cudaEventQuery(void *event) { return SUCCESS; }

int cudaEventDestroy(void *event) {
  free(event);
  return SUCCESS;
}

int cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  *least = 0;
  *greatest = -5;
  return SUCCESS;
}

int cudaStreamIsCapturing(void *stream, int *status) {
  *status = 0;
  return SUCCESS;
}

int cudaStreamGetCaptureInfo_v2(void *stream, int *status, unsigned long long *id) {
  *status = 0;
  if (id) {
    *id = 0;
  }
  return SUCCESS;
}

/* ---- Errors ---------------------------------------------------------------------------------------- */

int cudaPeekAtLastError(void) { return last_error; }

int cudaGetLastError(void) {
  int error = last_error;
  last_error = SUCCESS;
  return error;
}

const char *cudaGetErrorString(int error) {
  switch (error) {
    case SUCCESS: return "no error";
    case OUT_OF_MEMORY: return "out of memory";
    case NO_DEVICE: return "no CUDA-capable device is detected";
    case INVALID_DEVICE: return "invalid device ordinal";
    default: return "operation not supported";
  }
}

const char *cudaGetErrorName(int error) {
  return error == OUT_OF_MEMORY ? "cudaErrorMemoryAllocation" : error ? "cudaErrorOther" : "cudaSuccess";
}

/* ---- Kernels: PyTorch's libraries register them when they are loaded, and launch them --------------- */

typedef struct { unsigned x, y, z; } dim3;

static __thread struct { dim3 grid, block; size_t shared; void *stream; } pushed;

void **__cudaRegisterFatBinary(void *binary) {
  static void *handle[1];
  return handle;
}

void __cudaRegisterFatBinaryEnd(void **binary) {}
void __cudaUnregisterFatBinary(void **binary) {}
void __cudaRegisterFunction(void) {}
void __cudaRegisterVar(void) {}

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, void *stream) {
  pushed.grid = grid;
  pushed.block = block;
  pushed.shared = shared;
  pushed.stream = stream;
  return 0;
}

int __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void **stream) {
  *grid = pushed.grid;
  *block = pushed.block;
  *shared = pushed.shared;
  *stream = pushed.stream;
  return SUCCESS;
}

int cudaLaunchKernel(void) {
  null_gpu_count(LAUNCH);
  return SUCCESS;
}

int cudaLaunchKernelExC(void) { return cudaLaunchKernel(); }

/* Sizes in bytes, then numbers: of these only the most threads of a block and the versions matter. */
int cudaFuncGetAttributes(char *result, const void *function) {
  memset(result, 0, 52);
  *(int *)(result + 24) = 1024;
  *(int *)(result + 28) = 32;
  *(int *)(result + 32) = *(int *)(result + 36) = 90;
  *(int *)(result + 44) = 49152;
  return SUCCESS;
}

int cudaFuncSetAttribute(const void *function, int attribute, int value) { return SUCCESS; }

int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *function, int threads,
    size_t shared, unsigned flags) {
  *blocks = 8;
  return SUCCESS;
}

/* Functions of the driver that are looked for by name are not there. */
int cudaGetDriverEntryPoint(const char *name, void **function, unsigned long long flags, int *result) {
  *function = NULL;
  if (result) {
    *result = 1;
  }
  return SUCCESS;
}
