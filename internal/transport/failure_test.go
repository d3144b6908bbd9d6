package transport

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a proxy says when it does not connect is kept, as far as its words are known.
func TestCheckProxy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		header http.Header
		want   *ProxyError
	}{
		"connected":        {200, http.Header{"X-Squid-Error": {"ERR_DNS_FAIL"}}, nil},
		"refused":          {403, nil, &ProxyError{Status: 403, Met: SquidOther}},
		"squid":            {503, http.Header{"X-Squid-Error": {"ERR_DNS_FAIL 0"}}, &ProxyError{Status: 503, Met: SquidLookup}},
		"squid, a number":  {503, http.Header{"X-Squid-Error": {"ERR_CONNECT_FAIL 111"}}, &ProxyError{Status: 503, Met: SquidConnect}},
		"squid, no number": {504, http.Header{"X-Squid-Error": {"ERR_READ_TIMEOUT"}}, &ProxyError{Status: 504, Met: SquidTimeout}},
		"squid, its own":   {503, http.Header{"X-Squid-Error": {"ERR_DNS_FAILURE"}}, &ProxyError{Status: 503, Met: SquidOther}},
		"a wait":           {503, http.Header{"Retry-After": {"7"}}, &ProxyError{Status: 503, Wait: 7 * time.Second, Met: SquidOther}},
		"NTLM alone":       {407, http.Header{"Proxy-Authenticate": {"NTLM"}}, &ProxyError{Status: 407, OffersOtherAuth: true, Met: SquidOther}},
		"Basic too":        {407, http.Header{"Proxy-Authenticate": {"NTLM", `Basic realm="hush"`}}, &ProxyError{Status: 407, Met: SquidOther}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Machine{Now: time.Now}.checkProxy(t.Context(), nil, nil, &http.Response{StatusCode: tc.status, Header: tc.header})
			got, _ := errors.AsType[*ProxyError](err)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
