(function (g) {
  // A player as yt-dlp's scripts know one: whoever makes an address of a stream answers two puzzles.
  var config = { signatureTimestamp: 20751 };
  function Address(url) {
    this.values = {};
  }
  Address.prototype.set = function (name, value) {
    this.values[name] = value;
  };
  Address.prototype.get = function (name) {
    return this.values[name];
  };
  Address.prototype.answer = function () {
    var n = this.values.n;
    if (n) this.values.n = n.split("").reverse().join("") + "x";
  };
  function swapped(text) {
    var letters = text.split("");
    letters.reverse();
    letters.splice(0, 2);
    return letters.join("");
  }
  function makeAddress(url, name, signature) {
    var made = new Address(url);
    made.set("alr", "yes");
    signature && made.set(name, encodeURIComponent(swapped(decodeURIComponent(signature))));
    return made;
  }
  g.makeAddress = makeAddress;
}).call(this, {});
