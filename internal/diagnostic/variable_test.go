package diagnostic

import (
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// A proxy's password in a variable that cannot be used is told nowhere.
func TestUnusableVariable(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"http://me:hush-hush-hush%@proxy", " http://me:hush-hush-hush@proxy", "http://me:1#hush-hush-hush@proxy", "hush-hush-hush://proxy",
		"http://hush-hush-hush\n", "http://hush-hush-hush:x", "hush hush hush", "//hush-hush-hush/hush", "http://[hush-hush-hush", "\x00hush", "\xffhush",
	} {
		runtime := testRuntime()
		runtime.Getenv = func(name string) string { return map[string]string{"HTTPS_PROXY": value}[name] }
		settings := transport.Settings{ProxyURL: said.Secret{}, RetryMaxWait: time.Hour, MaxRetries: 4, Timeout: time.Second}
		client := clientWith(t, settings, runtime)
		_, err := do(t, client, testExchange(tokenURL))
		e := wantError(t, err, token.KindUnreachable)
		if text := e.Error(); strings.Contains(text, "hush") || !strings.Contains(text, "HTTPS_PROXY") || strings.Contains(text, "attempts") {
			t.Errorf("the error is: %s", text)
		}
	}
}
