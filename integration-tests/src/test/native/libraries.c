/*
 * The functions of cuBLAS, cuBLASLt and cuDNN that have to give something back. The library is made with all of them
 * and its own imports; more than it needs does no harm.
 */
#include "null_gpu.h"

#include <stdint.h>
#include <stdlib.h>

static int describe(void **result) {
  *result = calloc(1, 64);
  return *result ? 0 : 3; /* CUBLAS_STATUS_ALLOC_FAILED */
}

static int forget(void *description) {
  free(description);
  return 0;
}

int cublasCreate_v2(void **handle) { return describe(handle); }
int cublasDestroy_v2(void *handle) { return forget(handle); }

int cublasGetPointerMode_v2(void *handle, int *mode) {
  *mode = 0;
  return 0;
}

int cublasGetMathMode(void *handle, int *mode) {
  *mode = 0;
  return 0;
}

int cublasLtMatmulDescCreate(void **result, int compute, int scale) { return describe(result); }
int cublasLtMatmulDescDestroy(void *description) { return forget(description); }
int cublasLtMatmulPreferenceCreate(void **result) { return describe(result); }
int cublasLtMatmulPreferenceDestroy(void *preference) { return forget(preference); }
int cublasLtMatrixLayoutDestroy(void *layout) { return forget(layout); }

int cublasLtMatrixLayoutCreate(void **result, int type, uint64_t rows, uint64_t columns, int64_t stride) {
  return describe(result);
}

/* For every product one algorithm is found. */
int cublasLtMatmulAlgoGetHeuristic(void *handle, void *operation, void *a, void *b, void *c, void *d,
    void *preference, int wanted, void *results, int *found) {
  *found = 1;
  return null_gpu_called("cublasLtMatmulAlgoGetHeuristic");
}

size_t cudnnGetVersion(void) { return 91000; }
size_t cudnnGetCudartVersion(void) { return 12090; }
