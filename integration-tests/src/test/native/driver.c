/* libcuda.so.1, the driver: PyTorch opens it by name to ask whether a device is in use, and when memory is short. */
#include <stddef.h>

int cuInit(unsigned flags) { return 0; }

int cuDriverGetVersion(int *version) {
  *version = 12090;
  return 0;
}

int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) {
  *flags = 0;
  *active = 1;
  return 0;
}

int cuGetErrorString(int error, const char **text) {
  *text = "an error of the null GPU";
  return 0;
}

/* PyTorch takes these by name, too, and wants all of them. */
#define NOTHING(name) int name(void) { return 0; }
NOTHING(cuDeviceGetAttribute)
NOTHING(cuMemAddressFree)
NOTHING(cuMemAddressReserve)
NOTHING(cuMemCreate)
NOTHING(cuMemExportToShareableHandle)
NOTHING(cuMemGetAllocationGranularity)
NOTHING(cuMemImportFromShareableHandle)
NOTHING(cuMemMap)
NOTHING(cuMemRelease)
NOTHING(cuMemSetAccess)
NOTHING(cuMemUnmap)
NOTHING(cuMulticastAddDevice)
NOTHING(cuMulticastBindMem)
NOTHING(cuMulticastCreate)
NOTHING(cuStreamWriteValue32)
NOTHING(cuCtxGetCurrent)
NOTHING(cuCtxSetCurrent)
NOTHING(cuDevicePrimaryCtxRetain)
NOTHING(cuFuncGetAttribute)
NOTHING(cuFuncSetAttribute)
NOTHING(cuLaunchCooperativeKernel)
NOTHING(cuLaunchKernel)
NOTHING(cuLinkAddData)
NOTHING(cuLinkComplete)
NOTHING(cuLinkCreate)
NOTHING(cuModuleGetFunction)
NOTHING(cuModuleLoadData)
NOTHING(cuModuleLoadDataEx)
NOTHING(cuOccupancyMaxActiveBlocksPerMultiprocessor)
NOTHING(cuPointerGetAttribute)
NOTHING(cuTensorMapEncodeTiled)
