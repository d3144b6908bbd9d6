package jose

import (
	"crypto/elliptic"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// replaced does what the advice in an error says: Terraform's replace, whose first
// text is a regular expression if slashes are around it.
func replaced(t *testing.T, advice, text string) string {
	t.Helper()
	found := regexp.MustCompile(`write replace\(…, ("[^"]*"), ("[^"]*")\)`).FindStringSubmatch(advice)
	if found == nil {
		t.Fatalf("no replace in %s", advice)
	}
	var arguments [2]string
	for i := range arguments {
		var err error
		if arguments[i], err = strconv.Unquote(found[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if inner, ok := strings.CutPrefix(arguments[0], "/"); ok {
		return regexp.MustCompile(strings.TrimSuffix(inner, "/")).ReplaceAllString(text, arguments[1])
	}
	return strings.ReplaceAll(text, arguments[0], arguments[1])
}

// Line breaks that a shell, JSON or a secret store has escaped are named, with what
// undoes them (node-jsonwebtoken#191).
func TestEscapedKey(t *testing.T) {
	t.Parallel()
	rsaKey, ec := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256())
	for kind, key := range map[string]struct {
		text string
		key  any
	}{"RSA": {testkeys.PKCS8(t, rsaKey), rsaKey}, "EC": {testkeys.SEC1(t, ec), ec}, "locked": {testkeys.Locked(t, ec, passphrase), ec}} {
		for name, breaks := range map[string]string{
			"LF": `\n`, "CRLF": `\r\n`, "CR": `\r`, "CRLF and a line break": `\r` + "\n", "LF and a line break": `\n` + "\n",
			"twice": `\\n`, "twice, CRLF": `\\r\\n`, "thrice": `\\\n`,
		} {
			t.Run(kind+", "+name, func(t *testing.T) {
				t.Parallel()
				tellsHow(t, strings.ReplaceAll(key.text, "\n", breaks), key.key)
			})
		}
		t.Run(kind+", mixed", func(t *testing.T) {
			t.Parallel()
			tellsHow(t, strings.Replace(strings.ReplaceAll(key.text, "\n", `\r\n`), `\r\n`, `\n`, 2), key.key)
		})
		t.Run(kind+", slashes", func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(strings.ReplaceAll(key.text, "/", `\/`), "\n", `\n`)
			if strings.Contains(text, `\/`) {
				_, err := readKey(said.NewSecret(text), said.NewSecret(passphrase))
				tellsHow(t, replaced(t, err.Error(), text), key.key)
			}
		})
	}
}

// tellsHow fails unless the key becomes the right one by what its error says.
func tellsHow(t *testing.T, text string, key any) {
	t.Helper()
	_, err := readKey(said.NewSecret(text), said.NewSecret(passphrase))
	if err == nil {
		t.Fatal("it was read")
	}
	wantProblem(t, err, PartKey, "around it", text)
	wantKey(t, replaced(t, err.Error(), text), passphrase, key)
}
