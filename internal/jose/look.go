package jose

import (
	"regexp"
	"strings"
	"unicode"
)

// look is a pattern of texts that users give for a key or a certificate, and their problem.
type look struct {
	pattern, says string
	remedy        Remedy
}

// looks are tried in this order: base64 may begin like the name of a file.
func looks() []look {
	return []look{
		// Keys in other formats, and texts about keys.
		{`^PuTTY-User-Key-File-`, "it is in the format of PuTTY, and PEM is needed; convert it: puttygen FILE.ppk -O private-openssh -o FILE.pem", 0},
		{`^(ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)\S+\s|^---- BEGIN SSH2 PUBLIC KEY|^AAAA(B3NzaC1|C3NzaC1|E2VjZHNh)|^age1[0-9a-z]{20,}$`, isPublic, 0},
		{`^---- BEGIN SSH2|^b3BlbnNzaC1rZXkt`, isOpenSSH, 0},
		{`^(# created:[^\n]*\n|# public key:[^\n]*\n)*AGE-SECRET-KEY-`, "it is a key of age, which cannot be used; " + usableKeys, 0},
		{`^(ENC\[AES256_GCM|\$ANSIBLE_VAULT;|age-encryption\.org/|vault:v[0-9]+:)`, isLocked, 0},
		// The first bytes of a Java keystore are FEEDFEED or CECECECE.
		{`^([/_]u3[-+]7Q|zs7Ozg)`, "it is a Java keystore (.jks), and PEM is needed; convert it: keytool -importkeystore -srckeystore FILE.jks " +
			"-destkeystore FILE.p12 -deststoretype PKCS12, then openssl pkcs12 -in FILE.p12 -nodes -out FILE.pem", 0},
		{`^(<\?xml[^>]*>\s*)?<RSAKeyValue>`, "it is an RSA key in XML, as .NET writes it, and PEM is needed; export it with ExportPkcs8PrivateKeyPem()", 0},
		{`^\[\s*\{`, "it is a list of JWKs", TakeElement},
		{`BEGIN [A-Z0-9 ]*(KEY|CERTIFICATE)|-{5}END `, isDamaged, 0},

		// PEM, DER and JSON, encoded.
		{`-BEGIN(%20|\+)`, "it is percent-encoded, and PEM itself is needed", 0},
		{`^"?LS0tLS1CRUdJTi`, "it is PEM in base64", DecodeBase64},
		{`^"?TFMwdExTMUNSVWRKVG`, "it is PEM in base64, twice", DecodeBase64Twice},
		{`^(//4tAC0A|LQAtAC0A|/v8ALQAt|AC0ALQAt)`, "it is PEM in UTF-16, in base64; save the file in UTF-8", 0},
		{`^ey[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.`, "it is a JWT, and the private key that signs one is needed", 0},
		{`^(eyJ|ewo|ewog)[A-Za-z0-9+/=\s]+$`, "it is JSON in base64", DecodeBase64},
		{`^2[dD](:?2[dD]){4}[0-9A-Fa-f:\s]+$`, "it is PEM in hexadecimal, and PEM itself is needed; convert it: xxd -r -p FILE.hex FILE.pem", 0},
		{`^(0[xX])?30[0-9A-Fa-f:\s]{62,}$`, "it is DER in hexadecimal, and PEM is needed; convert it: xxd -r -p FILE.hex FILE.der, then openssl pkey " +
			"-inform DER -in FILE.der -out FILE.pem", 0},
		{`^(0[xX])?[0-9A-Fa-f:\s]{64,}$`, "it is a number in hexadecimal, and PEM is needed", 0},

		// Names of the place where a key is.
		{`^arn:`, "it is the ARN of a key or a secret, and PEM is needed; AWS KMS does not give keys away, but Secrets Manager and Parameter Store " +
			"do: read it there", 0},
		{`^projects/[^\s/]+/(secrets|locations)/`, "it is the name of a key or a secret of Google Cloud, and PEM is needed; read it from Secret Manager", 0},
		{`^file://`, "this is the URL of a file", ReadFileURL},
		{`^data:[^\s,]*,`, "it is a data: URL", DecodeDataURL},
		{`^[a-z][a-z0-9+.-]*://`, "it is a URL, and the text that is there is needed", ReadPlace},
		{
			`^[^\n]{0,1000}\.(pem|key|der|p8|pk8|pfx|p12|jks|ppk|crt|cer|cert|jwk|json|txt)$|^(~|\.{0,2})/[^\n]{1,1000}$|^[A-Za-z]:\\[^\n]{1,1000}$`,
			"this is a file name", ReadFile,
		},
		{`^(vault:)?[A-Za-z0-9_.-]{1,40}(/[A-Za-z0-9_.-]{1,40}){1,10}(#[A-Za-z0-9_.-]{1,40})?$`, "it looks like a path, such as one in Vault, and " +
			"the text that is there is needed", ReadPlace},
		{
			`^\$\{?[A-Za-z_]\w{0,100}\}?$|^%[A-Za-z_]\w{0,100}%$|^(var|local|data|ephemeral|module)\.[\w.\["\]-]{1,200}$`,
			"it is the name of a variable, and its value is needed", ReadVariable,
		},
	}
}

// unlike returns the problem of a text with neither PEM nor JSON.
func unlike(text string) problem {
	for _, known := range looks() {
		if regexp.MustCompile(known.pattern).MatchString(text) {
			return problem{known.says, known.remedy}
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t'
	}) {
		return problem{"it is not text", GivePEM}
	}
	return problem{isUnknown, GiveText}
}
