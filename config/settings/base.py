"""What every environment shares. Each concern has a file of its own under parts/."""

from config.settings.parts.cms import *
from config.settings.parts.core import *
from config.settings.parts.data import *
from config.settings.parts.languages import *
from config.settings.parts.log import *
from config.settings.parts.mail import *
from config.settings.parts.security import *
from config.settings.parts.signin import *
from config.settings.parts.tasks import *
