package weft.netio;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Hostile replies: read or refused. */
class NetlinkReplyFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void anyBytesAreReadOrRefused(byte[] bytes) {
        NetlinkReplyTest.readAsEverything(bytes);
    }
}
