package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  /** Messages of CPU and GPU allocators and libraries, from their sources and from runs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        FaultyNetwork.CPU_OUT_OF_MEMORY,
        FaultyNetwork.GPU_OUT_OF_MEMORY,
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED",
        "NVML_SUCCESS == r INTERNAL ASSERT FAILED at \"CUDACachingAllocator.cpp\":1090"
      })
  void aLackOfMemoryIsSeen(String message) {
    IllegalStateException failure = new IllegalStateException(message);
    assertThat(Failures.isOutOfMemory(failure)).isTrue();
    assertThat(Failures.isDeviceError(failure)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA driver error: unspecified launch failure"
      })
  void anErrorOfTheDeviceIsSeen(String message) {
    IllegalStateException failure = new IllegalStateException(message);
    assertThat(Failures.isDeviceError(failure)).isTrue();
    assertThat(Failures.isOutOfMemory(failure)).isFalse();
  }
}
