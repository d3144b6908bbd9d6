package jose

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// look is a pattern of texts that users give for a key or a certificate, and their problem.
type look struct {
	pattern *regexp.Regexp
	problem
}

// looks are tried in this order: base64 may begin like the name of a file.
//
//nolint:gochecknoglobals // a table that never changes, compiled at the first bad key
var looks = sync.OnceValue(func() []look { return slices.Concat(otherFormats(), otherEncodings(), otherPlaces()) })

// otherFormats are keys in other formats, and texts about keys.
func otherFormats() []look {
	return []look{
		{
			regexp.MustCompile(`^PuTTY-User-Key-File-`),
			problem{says: "it is in the format of PuTTY, and PEM is needed; convert it: puttygen FILE.ppk -O private-openssh -o FILE.pem"},
		},
		{regexp.MustCompile(`^(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)\S+\s|^---- BEGIN SSH2 PUBLIC KEY|^AAAA(B3NzaC1|C3NzaC1|E2VjZHNh)|^age1[0-9a-z]{20,}$`), problem{says: isPublic}},
		{regexp.MustCompile(`^---- BEGIN SSH2|^b3BlbnNzaC1rZXkt`), problem{says: isOpenSSH}},
		{regexp.MustCompile(`^(# created:[^\n]*\n|# public key:[^\n]*\n)*AGE-SECRET-KEY-`), problem{says: "it is a key of age, which cannot be used; " + usableKeys}},
		{regexp.MustCompile(`^(ENC\[AES256_GCM|\$ANSIBLE_VAULT;|age-encryption\.org/|vault:v[0-9]+:)`), problem{says: isLocked}},
		{
			regexp.MustCompile(`^([/_]u3[-+]7Q|zs7Ozg)`), // their first bytes are FEEDFEED and CECECECE
			problem{says: "it is a Java keystore (.jks), and PEM is needed; convert it: keytool -importkeystore -srckeystore FILE.jks -destkeystore FILE.p12 -deststoretype PKCS12, " +
				"then openssl pkcs12 -in FILE.p12 -nodes -out FILE.pem"},
		},
		{
			regexp.MustCompile(`^(<\?xml[^>]*>\s*)?<RSAKeyValue>`),
			problem{says: "it is an RSA key in XML, as .NET writes it, and PEM is needed; export it with ExportPkcs8PrivateKeyPem()"},
		},
		{regexp.MustCompile(`^\[\s*\{`), problem{"it is a list of JWKs", TakeElement}},
		{regexp.MustCompile(`BEGIN [A-Z0-9 ]*(KEY|CERTIFICATE)|-{5}END `), problem{says: isDamaged}},
	}
}

// otherEncodings are PEM, DER and JSON, encoded.
func otherEncodings() []look {
	return []look{
		{regexp.MustCompile(`-BEGIN(%20|\+)`), problem{says: "it is percent-encoded, and PEM itself is needed"}},
		{regexp.MustCompile(`^"?LS0tLS1CRUdJTi`), problem{"it is PEM in base64", DecodeBase64}},
		{regexp.MustCompile(`^"?TFMwdExTMUNSVWRKVG`), problem{"it is PEM in base64, twice", DecodeBase64Twice}},
		{regexp.MustCompile(`^(//4tAC0A|LQAtAC0A|/v8ALQAt|AC0ALQAt)`), problem{says: "it is PEM in UTF-16, in base64; save the file in UTF-8"}},
		{regexp.MustCompile(`^ey[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.`), problem{says: "it is a JWT, and the private key that signs one is needed"}},
		{regexp.MustCompile(`^(eyJ|ewo|ewog)[A-Za-z0-9+/=\s]+$`), problem{"it is JSON in base64", DecodeBase64}},
		{regexp.MustCompile(`^2[dD](:?2[dD]){4}[0-9A-Fa-f:\s]+$`), problem{says: "it is PEM in hexadecimal, and PEM itself is needed; convert it: xxd -r -p FILE.hex FILE.pem"}},
		{
			regexp.MustCompile(`^(0[xX])?30[0-9A-Fa-f:\s]{62,}$`),
			problem{says: "it is DER in hexadecimal, and PEM is needed; convert it: xxd -r -p FILE.hex FILE.der, then openssl pkey -inform DER -in FILE.der -out FILE.pem"},
		},
		{regexp.MustCompile(`^(0[xX])?[0-9A-Fa-f:\s]{64,}$`), problem{says: "it is a number in hexadecimal, and PEM is needed"}},
	}
}

// otherPlaces are names of the place where a key is.
func otherPlaces() []look {
	return []look{
		{regexp.MustCompile(`^arn:`), problem{says: "it is the ARN of a key or a secret, and PEM is needed; AWS KMS does not give keys away, but Secrets Manager and Parameter Store do: read it there"}},
		{regexp.MustCompile(`^projects/[^\s/]+/(secrets|locations)/`), problem{says: "it is the name of a key or a secret of Google Cloud, and PEM is needed; read it from Secret Manager"}},
		{regexp.MustCompile(`^file://`), problem{"this is the URL of a file", ReadFileURL}},
		{regexp.MustCompile(`^data:[^\s,]*,`), problem{"it is a data: URL", DecodeDataURL}},
		{regexp.MustCompile(`^[a-z][a-z0-9+.-]*://`), problem{"it is a URL, and the text that is there is needed", ReadPlace}},
		{
			regexp.MustCompile(`^[^\n]{0,1000}\.(pem|key|der|p8|pk8|pfx|p12|jks|ppk|crt|cer|cert|jwk|json|txt)$|^(~|\.{0,2})/[^\n]{1,1000}$|^[A-Za-z]:\\[^\n]{1,1000}$`),
			problem{"this is a file name", ReadFile},
		},
		{
			regexp.MustCompile(`^(vault:)?[A-Za-z0-9_.-]{1,40}(/[A-Za-z0-9_.-]{1,40}){1,10}(#[A-Za-z0-9_.-]{1,40})?$`),
			problem{"it looks like a path, such as one in Vault, and the text that is there is needed", ReadPlace},
		},
		{
			regexp.MustCompile(`^\$\{?[A-Za-z_]\w{0,100}\}?$|^%[A-Za-z_]\w{0,100}%$|^(var|local|data|ephemeral|module)\.[\w.\["\]-]{1,200}$`),
			problem{"it is the name of a variable, and its value is needed", ReadVariable},
		},
	}
}

// unlike returns the problem of a text with neither PEM nor JSON.
func unlike(text string) problem {
	for _, known := range looks() {
		if known.pattern.MatchString(text) {
			return known.problem
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t'
	}) {
		return problem{"it is not text", GivePEM}
	}
	return problem{isUnknown, GiveText}
}
