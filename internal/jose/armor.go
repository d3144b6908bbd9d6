package jose

import (
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"slices"
	"strings"
)

var (
	beginLine = regexp.MustCompile(`-{5}BEGIN ([A-Z0-9 #]{1,40})-{5}`)
	endLine   = regexp.MustCompile(`-{5}END [A-Z0-9 #]{1,40}-{5}`)
	// dekInfo matches the header of an encrypted key (RFC 1421, section 4.6.1.3), even if
	// its lines have become one.
	dekInfo      = regexp.MustCompile(`^\s*Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]+)\s*,\s*([0-9A-Fa-f]+)\s`)
	otherHeaders = regexp.MustCompile(`(?m)^[^\n:]*:.*$`) // matches lines with a colon, which base64 does not have
)

// plainer replaces other line ends by those of PEM, and removes invisible characters.
// Editors, shells and secret stores add both.
var plainer = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n",
	"\u00a0", " ", "\ufeff", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "",
)

func plainText(raw string) string { return strings.TrimSpace(plainer.Replace(raw)) }

// readPEM returns the PEM blocks (RFC 7468) of a text, and ignores the text between them.
// It ignores whitespace too, since tools indent the lines or join them, and the label of
// the END line, since only the content decides what a block is.
func readPEM(text string) ([]*pem.Block, error) {
	var found []*pem.Block
	for {
		at := beginLine.FindStringSubmatchIndex(text)
		if at == nil {
			return found, nil
		}
		label, rest := strings.Join(strings.Fields(text[at[2]:at[3]]), " "), text[at[1]:]
		end := endLine.FindString(rest)
		body, behind, _ := strings.Cut(rest, end)
		if end == "" || beginLine.MatchString(body) {
			return nil, badKey("it is cut off: its last line, with END " + known(label) + ", is missing")
		}
		block, err := readBlock(label, body)
		if err != nil {
			return nil, err
		}
		found = append(found, block)
		text = behind
	}
}

// known returns a label as messages show it: an unknown one could be anything.
func known(label string) string {
	if slices.Contains([]string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE"}, label) {
		return label
	}
	return "…"
}

// escapes returns the problem of a text in which JSON or a shell has escaped line breaks
// or slashes; zero if there are no escapes.
func escapes(body string) problem {
	rest := strings.ReplaceAll(body, `\r\n`, "")
	switch {
	case strings.Contains(body, `\\n`), strings.Contains(body, `\\r`):
		return problem{"it has several backslashes with n or r where line breaks belong", UnescapeTwice}
	case rest != body && !strings.Contains(rest, `\n`) && !strings.Contains(rest, `\r`):
		return problem{`it has the four characters \r\n where line breaks belong`, UnescapeCRLF}
	case strings.Contains(body, `\r`):
		return problem{`it has the two characters \r where line breaks belong`, UnescapeCR}
	case strings.Contains(body, `\n`):
		return problem{`it has the two characters \n where line breaks belong`, UnescapeLF}
	case strings.Contains(body, `\/`):
		return problem{`it has the two characters \/ where slashes belong`, UnescapeSlashes}
	default:
		return problem{}
	}
}

func readBlock(label, body string) (*pem.Block, error) {
	if found := escapes(body); found.says != "" {
		return nil, found.of(PartKey)
	}
	if labelled(label) == isPGP { // its checksum is not base64
		return nil, badKey(isPGP)
	}
	block := &pem.Block{Type: label}
	if written := dekInfo.FindStringSubmatch(body); written != nil {
		block.Headers = map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": written[1] + "," + written[2]}
		body = body[len(written[0]):]
	}
	var ok bool
	if block.Bytes, ok = readBase64(otherHeaders.ReplaceAllString(body, "")); !ok {
		return nil, badKey("it is damaged: what is between its -----BEGIN and -----END lines is not base64")
	}
	return block, nil
}

// readBase64 decodes base64, with or without padding, and with whitespace anywhere.
func readBase64(text string) (decoded []byte, ok bool) {
	digits := strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(digits)
	return decoded, err == nil
}
