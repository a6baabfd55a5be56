// For browsers that know no modules: nothing here may be newer than ES5.
var message = document.getElementById("old-browser");
if (message) message.removeAttribute("hidden");
