package jose

import (
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// mostWrapped is how many encodings around a private key are decoded. PEM in JSON in
// base64 has two.
const mostWrapped = 3

// privateLabel matches the beginning of a private key in PEM, in PGP, in SSH2 and in the
// format of PuTTY, even if the key is damaged.
var privateLabel = regexp.MustCompile(`(?i)BEGIN[ +_A-Z0-9]{0,40}PRIVATE[ +_]KEY|^\s*PuTTY-User-Key-File-|BEGIN SSH2 ENCRYPTED`)

// HoldsPrivateKey reports whether a text is or contains a private key: PEM, a private JWK,
// the key file of a service account, DER or PKCS #12, encrypted or not, and also in
// base64, in hex or escaped.
func HoldsPrivateKey(text said.Secret) bool { return holdsKey(text.Reveal(), mostWrapped) }

func holdsKey(text string, wrapped int) bool {
	if privateLabel.MatchString(text) || isKeyDER([]byte(text)) || isKeyObject(text) {
		return true
	}
	return wrapped > 0 && slices.ContainsFunc(unwrapped(text), func(inner string) bool { return holdsKey(inner, wrapped-1) })
}

// unwrapped returns the text in a text that is encoded as a whole, by each encoding.
func unwrapped(text string) []string {
	var found []string
	text = strings.TrimSpace(text)
	if inner := unescaper.Replace(text); inner != text {
		found = append(found, inner)
	}
	digits := strings.Trim(strings.Join(strings.Fields(text), ""), `"'`)
	standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(digits, "="))
	if inner, err := base64.RawStdEncoding.DecodeString(standard); err == nil && len(inner) > 0 {
		found = append(found, string(inner))
	}
	if inner, err := hex.DecodeString(digits); err == nil && len(inner) > 0 {
		found = append(found, string(inner))
	}
	return found
}

// unescaper replaces the escapes of URLs and of JSON.
var unescaper = strings.NewReplacer(`\n`, "\n", `\r`, "\n", `\"`, `"`, "%20", " ", "%0A", "\n", "%0a", "\n", "%0D", "", "%0d", "", "%22", `"`,
	"%7B", "{", "%7b", "{", "%7D", "}", "%7d", "}", "%3A", ":", "%3a", ":", "%2C", ",", "%2c", ",", "%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/",
	"%3D", "=", "%3d", "=")

// isKeyDER reports whether DER is a private key, or PKCS #12, which contains one.
func isKeyDER(der []byte) bool {
	if len(der) < 2 || der[0] != sequence {
		return false
	}
	var info privateInfo
	var encrypted encryptedInfo
	var ec sec1
	_, unread := readDER(der)
	_, notPKCS8 := asn1.Unmarshal(der, &info)
	rest, notEncrypted := asn1.Unmarshal(der, &encrypted)
	_, notEC := asn1.Unmarshal(der, &ec)
	if unread == nil || notPKCS8 == nil || notEncrypted == nil && len(rest) == 0 || notEC == nil && ec.Version == 1 {
		return true
	}
	problem := unreadable(der)
	return problem == isDSA || problem == isPKCS12 || strings.Contains(problem, "RSA key")
}

// isKeyObject reports whether JSON has a private JWK anywhere.
func isKeyObject(text string) bool {
	var decoded any
	if !strings.ContainsAny(text, "{") || json.Unmarshal([]byte(text), &decoded) != nil {
		return false
	}
	return hasJWK(decoded)
}

func hasJWK(decoded any) bool {
	switch decoded := decoded.(type) {
	case []any:
		return slices.ContainsFunc(decoded, hasJWK)
	case map[string]any:
		_, isKey := decoded["kty"].(string)
		for _, secret := range []string{"d", "k", "priv"} {
			if text, ok := decoded[secret].(string); ok && isKey && text != "" {
				return true
			}
		}
		for _, value := range decoded {
			if hasJWK(value) {
				return true
			}
		}
	}
	return false
}
