package token

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// builtIns returns the built-in values of a template by the NAME that {NAME}
// refers to. They are new in each attempt, and the same throughout one.
func (r Runtime) builtIns() map[string]said.Secret {
	now := r.Now().UTC()
	return map[string]said.Secret{
		"uuid":         said.NewSecret(r.uuid()),
		"time":         said.NewSecret(strconv.FormatInt(now.Unix(), 10)),
		"time_ms":      said.NewSecret(strconv.FormatInt(now.UnixMilli(), 10)),
		"time_rfc3339": said.NewSecret(now.Format(time.RFC3339)),
	}
}

// BuiltIns returns what the built-in values are, by their names.
func BuiltIns() map[string]string {
	return map[string]string{"uuid": "a new UUID", "time": "the time", "time_ms": "the time in milliseconds", "time_rfc3339": "the time in RFC 3339"}
}

// uuid returns a random UUID (RFC 9562, version 4).
func (r Runtime) uuid() string {
	id := source.RandomID(r.Random)
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	digits := hex.EncodeToString(id[:])
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-")
}
