/**
 * Fuzz targets: whatever bytes come in, only documented outcomes, the same for any chunking. In the usual run they take the
 * inputs that are kept under {@code src/test/resources}; how to search for new ones stands in {@code tests/README.md}.
 */
package dev.weft.tests.fuzz;
