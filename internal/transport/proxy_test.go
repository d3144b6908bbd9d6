package transport

import "testing"

func TestProxyPasswords(t *testing.T) {
	t.Parallel()
	usual := usualProxies(func(name string) string {
		return map[string]string{"HTTP_PROXY": "me:one@proxy", "HTTPS_PROXY": "http://me:two@proxy"}[name] //nolint:gosec // made up
	})
	if got := proxyPasswords("", usual); len(got) != 2 || got[0].Value.Reveal() != "one" || got[1].Value.Reveal() != "two" {
		t.Errorf("of the environment there are %d", len(got))
	}
	broken := usualProxies(func(string) string { return "http://%zz" })
	if got := proxyPasswords("", broken); len(got) > 0 {
		t.Errorf("of what is no URL there are %d", len(got))
	}
	if got := proxyPasswords("http://me:three@proxy", usual); len(got) != 1 || got[0].Value.Reveal() != "three" {
		t.Errorf("of the transport there are %d", len(got))
	}
}
